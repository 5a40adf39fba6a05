using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>managedFields: who wrote which field.</summary>
internal static class OwnedFields
{
    public static void Track(ResourceType type, JsonObject? current, JsonObject next, WriteOptions options, DateTimeOffset now)
    {
    }

    public static bool SameButForTimes(JsonObject current, JsonObject next) => JsonTrees.Same(current, next);
}
