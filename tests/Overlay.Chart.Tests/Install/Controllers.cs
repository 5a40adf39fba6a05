using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab;

namespace Overlay.Chart.Tests.Install;

/// <summary>
/// Plays Kubernetes' part for what hooks wait for: each Job's container runs, as the operator's binary on this machine, and the Job ends as it ended;
/// each Pod succeeds.
/// </summary>
internal sealed class Controllers : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http;
    private readonly Task run;

    private readonly string kubeconfig;

    public Controllers(Uri server, string kubeconfig)
    {
        this.kubeconfig = kubeconfig;
        http = new HttpClient { BaseAddress = server };
        run = RunAsync();
    }

    /// <summary>What has been done, as <c>jobs/overlay-crds</c>.</summary>
    public List<string> Done { get; } = [];

    /// <summary>What the Jobs said.</summary>
    public List<string> Output { get; } = [];

    /// <summary>Called before a Job completes, with its name: what is there then?</summary>
    public Func<string, Task>? Before { get; set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        http.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await CompleteAsync("apis/batch/v1", "jobs", RunJobAsync);
                await CompleteAsync("api/v1", "pods", static _ => Task.FromResult("""{"phase":"Succeeded"}"""));
                await Task.Delay(100, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<string> RunJobAsync(JsonNode job)
    {
        var container = job["spec"]!["template"]!["spec"]!["containers"]![0]!;
        var start = new ProcessStartInfo(Path.Combine(LabPaths.Binaries(), Path.GetFileName((string)container["command"]![0]!)), container["args"]!.AsArray().Select(a => (string)a!))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["OVERLAY_KUBECONFIG"] = kubeconfig, ["OVERLAY_NAMESPACE"] = HelmTool.Namespace, ["OVERLAY_CRD_DIR"] = LabPaths.Crds() },
        };
        using var process = Process.Start(start)!;
        Output.Add(await process.StandardOutput.ReadToEndAsync(stop.Token));
        await process.WaitForExitAsync(stop.Token);
        return process.ExitCode == 0
            ? """{"succeeded":1,"startTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T00:00:01Z","conditions":[{"type":"Complete","status":"True"}]}"""
            : """{"failed":1,"startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Failed","status":"True"}]}""";
    }

    private async Task CompleteAsync(string version, string resource, Func<JsonNode, Task<string>> work)
    {
        var path = $"{version}/namespaces/{HelmTool.Namespace}/{resource}";
        var list = JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), stop.Token))!["items"]!.AsArray();
        foreach (var item in list.Where(i => i!["status"]?["conditions"] is null && (string?)i["status"]?["phase"] != "Succeeded"))
        {
            var name = (string)item!["metadata"]!["name"]!;
            if (Before is not null)
                await Before(name);
            using var patch = new StringContent($$"""{"status":{{await work(item)}}}""", Encoding.UTF8, "application/merge-patch+json");
            using var answer = await http.PatchAsync(new Uri($"{path}/{name}/status", UriKind.Relative), patch, stop.Token);
            if (answer.IsSuccessStatusCode)
                Done.Add($"{resource}/{name}");
        }
    }
}
