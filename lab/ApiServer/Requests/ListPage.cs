using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>A list answer.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long ResourceVersion, string? Continue, long? Remaining);
