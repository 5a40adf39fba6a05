using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>Where a list in pages goes on, and at which version; -1 means "whatever is current" (a list that goes on after its version was lost).</summary>
internal sealed record ContinueToken(long ResourceVersion, StoreKey Start)
{
    public const long Inconsistent = -1;

    public string Encode() => Convert.ToBase64String(new JsonObject
    {
        ["v"] = "meta.k8s.io/v1",
        ["rv"] = ResourceVersion,
        ["ns"] = Start.Namespace,
        ["start"] = Start.Name,
    }.ToBytes());

    public static ContinueToken Decode(string text)
    {
        try
        {
            var node = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(text)))!.AsObject();
            return new ContinueToken(node["rv"]!.GetValue<long>(), new StoreKey(node.Text("ns") ?? "", node.Text("start") ?? ""));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw ApiException.BadRequest($"continue key is not valid: {e.Message}");
        }
    }
}
