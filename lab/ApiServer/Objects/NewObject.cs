using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What the server itself fills in when an object is created.</summary>
internal static class NewObject
{
    // The real server's alphabet: no vowels and no look-alikes.
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static void Prepare(ResourceType type, string ns, JsonObject node, DateTimeOffset now)
    {
        var meta = node.Meta();
        CheckNamespace(type, ns, meta);
        if (meta.Text("resourceVersion") is { Length: > 0 })
            throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        if (string.IsNullOrEmpty(meta.Text("name")) && meta.Text("generateName") is { Length: > 0 } prefix)
            meta["name"] = prefix + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
        meta["uid"] = Guid.NewGuid().ToString();
        meta["creationTimestamp"] = Timestamp(now);
        meta.Remove("deletionTimestamp");
        meta.Remove("deletionGracePeriodSeconds");
        meta.Remove("selfLink");
        if (type.HasGeneration || type.IsCustom)
            meta["generation"] = 1;
        else
            meta.Remove("generation");

        // A kubelet registers its node with a status; of every other kind status comes after.
        if (type.HasStatus && type is not { Group: "", Plural: "nodes" })
            node.Remove("status");
    }

    public static string Timestamp(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void CheckNamespace(ResourceType type, string ns, JsonObject meta)
    {
        if (!type.Namespaced)
        {
            meta.Remove("namespace");
            return;
        }
        if (meta.Text("namespace") is { Length: > 0 } given && !string.Equals(given, ns, StringComparison.Ordinal))
            throw ApiException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        meta["namespace"] = ns;
    }
}
