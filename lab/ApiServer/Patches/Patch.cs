using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>A change to one object, in one of Kubernetes' four forms.</summary>
internal abstract class Patch
{
    /// <summary>The object after the patch; may change and answer <paramref name="current"/> itself.</summary>
    public abstract JsonObject Apply(JsonObject current);

    /// <exception cref="ApiException">415 for a form that the kind does not take, 400 for a body that is none.</exception>
    public static Patch Read(ResourceType type, string mediaType, byte[] body, WriteOptions options)
    {
        try
        {
            return mediaType switch
            {
                "application/json-patch+json" => JsonPatch.Parse(body),
                "application/merge-patch+json" => new MergePatch(StrictJson.Parse(body).Node),
                "application/strategic-merge-patch+json" when !type.IsCustom => new StrategicMergePatch(type.Schema, StrictJson.Parse(body).Node),
                "application/apply-patch+yaml" => new ApplyPatch(type, Bodies.ParseObject(body, yaml: !LooksLikeJson(body)), options),
                _ => throw ApiException.UnsupportedMediaType(type.IsCustom
                    ? "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
                    : "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"),
            };
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    private static bool LooksLikeJson(byte[] body) => body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
}
