using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What every write passes before it is stored: unknown fields, pruning, defaults, then validation.</summary>
internal static class Admission
{
    /// <param name="current">What is stored now; null for a new object.</param>
    public static JsonObject Admit(ResourceType type, JsonObject? current, JsonObject next, WriteOptions options)
    {
        next = Canonical(type, next);
        if (type.DeprecationWarning is { } warning)
            options.Warnings.Add(warning);
        BuiltInDefaults.Apply(type, next);
        var errors = Names.Check(type, next).ToList();
        if (errors.Count > 0)
            throw ApiException.Invalid(type, next.Meta().Text("name") ?? "", errors);
        return next;
    }

    /// <summary>apiVersion and kind first, then metadata: stored bytes begin alike, and people read them in this order.</summary>
    private static JsonObject Canonical(ResourceType type, JsonObject next)
    {
        var result = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = next.Meta().DeepClone() };
        foreach (var (name, value) in next)
        {
            if (name is not ("apiVersion" or "kind" or "metadata"))
                result[name] = value?.DeepClone();
        }
        return result;
    }
}
