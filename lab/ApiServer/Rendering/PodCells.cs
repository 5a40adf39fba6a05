using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>The cells of a pod that sum up its containers.</summary>
internal static class PodCells
{
    public static string Ready(JsonObject pod)
    {
        var ready = Statuses(pod).Count(s => s["ready"]?.AsText() is "true");
        var all = (pod.Find("spec.containers") as JsonArray)?.Count ?? 0;
        return string.Create(CultureInfo.InvariantCulture, $"{ready}/{all}");
    }

    public static string Restarts(JsonObject pod) =>
        Statuses(pod).Sum(s => s.Number("restartCount") ?? 0).ToString(CultureInfo.InvariantCulture);

    public static string Status(JsonObject pod)
    {
        if (pod.Meta()["deletionTimestamp"] is not null)
            return "Terminating";
        if (pod.Find("status.reason")?.AsText() is { Length: > 0 } reason)
            return reason;
        var waiting = Statuses(pod).Select(s => s.Find("state.waiting.reason") ?? s.Find("state.terminated.reason")).FirstOrDefault(r => r is not null);
        return waiting?.AsText() ?? pod.Find("status.phase")?.AsText() ?? "";
    }

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) => (pod.Find("status.containerStatuses") as JsonArray ?? []).OfType<JsonObject>();
}
