using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Overlay.Lab.ApiServer.Policies;

/// <summary>Who asks, as admission sees it (authentication.k8s.io/v1, UserInfo).</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Node">The node of the pod that the token is bound to; null: it is bound to none.</param>
internal sealed record Requester(string Name, string? Node)
{
    private static readonly object Key = new();

    /// <summary>A user as <c>--token</c> writes it: <c>NAME</c> or <c>NAME,node=NODE</c>.</summary>
    public static Requester Parse(string text) =>
        text.Split(",node=", 2) is [var name, var node] ? new Requester(name, node) : new Requester(text, null);

    /// <summary>Whose request it is.</summary>
    public static Requester? Of(HttpContext http) => http.Items.TryGetValue(Key, out var found) ? (Requester?)found : null;

    /// <summary>Notes whose request it is.</summary>
    public void Note(HttpContext http) => http.Items[Key] = this;

    /// <summary>The UserInfo; what is empty is left out, as it is on the real server.</summary>
    public JsonObject ToUserInfo()
    {
        var info = new JsonObject { ["username"] = Name };
        if (Node is not null)
            info["extra"] = new JsonObject { ["authentication.kubernetes.io/node-name"] = new JsonArray(Node) };
        return info;
    }
}
