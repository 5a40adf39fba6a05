using System.Text;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Install;

/// <summary>Plays Kubernetes' part for what hooks wait for: each Job completes, each Pod succeeds, in the order of their creation.</summary>
internal sealed class Controllers : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http;
    private readonly Task run;

    public Controllers(Uri server)
    {
        http = new HttpClient { BaseAddress = server };
        run = RunAsync();
    }

    /// <summary>What has been done, as <c>jobs/overlay-crds</c>.</summary>
    public List<string> Done { get; } = [];

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
                await CompleteAsync("apis/batch/v1", "jobs", """{"succeeded":1,"startTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T00:00:01Z","conditions":[{"type":"Complete","status":"True"}]}""");
                await CompleteAsync("api/v1", "pods", """{"phase":"Succeeded"}""");
                await Task.Delay(100, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task CompleteAsync(string version, string resource, string status)
    {
        var path = $"{version}/namespaces/{HelmTool.Namespace}/{resource}";
        var list = JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), stop.Token))!["items"]!.AsArray();
        foreach (var item in list.Where(i => i!["status"]?["succeeded"] is null && (string?)i["status"]?["phase"] != "Succeeded"))
        {
            var name = (string)item!["metadata"]!["name"]!;
            if (Before is not null)
                await Before(name);
            using var patch = new StringContent($$"""{"status":{{status}}}""", Encoding.UTF8, "application/merge-patch+json");
            using var answer = await http.PatchAsync(new Uri($"{path}/{name}/status", UriKind.Relative), patch, stop.Token);
            if (answer.IsSuccessStatusCode)
                Done.Add($"{resource}/{name}");
        }
    }
}
