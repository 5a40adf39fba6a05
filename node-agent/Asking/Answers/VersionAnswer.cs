namespace Overlay.Asking.Answers;

/// <summary>Which agent answers.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Node">Its node.</param>
internal sealed record VersionAnswer(string Version, string Node);
