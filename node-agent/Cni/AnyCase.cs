using System.Text.Json;

namespace Overlay.NodeAgent.Cni;

/// <summary>
/// Keys as Go's JSON reader takes them, by any case: containerd passes <c>HostPort</c> and <c>IngressRate</c> (its structures name no
/// JSON keys) where the conventions say <c>hostPort</c>, and the CNI project's own plugins take both.
/// </summary>
internal static class AnyCase
{
    /// <summary>Finds a key of an object, written exactly so rather than otherwise.</summary>
    public static bool TryGetAnyCase(this JsonElement entry, string key, out JsonElement value)
    {
        if (entry.TryGetProperty(key, out value))
            return true;
        foreach (var property in entry.EnumerateObject())
        {
            if (!string.Equals(property.Name, key, StringComparison.OrdinalIgnoreCase))
                continue;
            value = property.Value;
            return true;
        }

        return false;
    }
}
