using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Chart.Tests.Helm;

/// <summary>The objects that the chart makes of values.</summary>
internal sealed class Manifest(IReadOnlyList<JsonObject> objects)
{
    /// <summary>All, hooks and tests among them.</summary>
    public IReadOnlyList<JsonObject> Objects { get; } = objects;

    /// <summary>Those that define what an agent's or operator's token may do.</summary>
    public IEnumerable<JsonObject> OfKind(string kind) => Objects.Where(o => KindOf(o) == kind);

    /// <summary>The one of a kind and name.</summary>
    public JsonObject One(string kind, string name) =>
        Objects.Single(o => KindOf(o) == kind && NameOf(o) == name);

    /// <summary>The pods' spec of a DaemonSet, Deployment or Job, or of a Pod itself.</summary>
    public static JsonObject PodSpec(JsonObject item) =>
        (JsonObject)(KindOf(item) == "Pod" ? item["spec"]! : item["spec"]!["template"]!["spec"]!);

    /// <summary>Its containers, init containers too.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject item) =>
        new[] { "initContainers", "containers" }.SelectMany(list => (PodSpec(item)[list] as JsonArray ?? []).OfType<JsonObject>());

    /// <summary>An object's kind.</summary>
    public static string KindOf(JsonObject item) => (string)item["kind"]!;

    /// <summary>An object's name.</summary>
    public static string NameOf(JsonObject item) => (string)item["metadata"]!["name"]!;

    /// <summary>When Helm makes it, as <c>pre-delete</c>; null: it is part of the release.</summary>
    public static string? HookOf(JsonObject item) => (string?)item["metadata"]!["annotations"]?["helm.sh/hook"];

    /// <summary>Renders the chart.</summary>
    /// <param name="settings">As <c>operator.replicas=1</c>.</param>
    public static async Task<Manifest> RenderAsync(params string[] settings)
    {
        var answer = await HelmTool.TemplateAsync(settings);
        answer.Code.Should().Be(0, "helm template said: {0}", answer.Error);
        return new Manifest([.. YamlTrees.ParseAll(answer.Output).OfType<JsonObject>()]);
    }
}
