using Overlay.Lab.State;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary><c>overlay-lab status</c>: what of a lab is on this machine, and what its agents say.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(LabOptions options, CancellationToken cancel)
    {
        var there = LabSweep.Leftovers(options.Instance);
        foreach (var thing in there)
            AnsiConsole.WriteLine(thing);
        if (there.Count == 0)
        {
            AnsiConsole.WriteLine($"{options.Instance.Prefix} is down");
            return 1;
        }

        await using var cluster = LabCluster.Open(options);
        foreach (var node in cluster.Nodes)
        {
            using var http = Underlay.NamespaceHttp.Client(node.Space);
            try
            {
                using var answer = await http.GetAsync(node.ProbeUri("readyz"), cancel);
                AnsiConsole.WriteLine($"{node.Name}: {(answer.IsSuccessStatusCode ? "ready" : await answer.Content.ReadAsStringAsync(cancel))}");
            }
            catch (HttpRequestException e)
            {
                AnsiConsole.WriteLine($"{node.Name}: its agent does not answer: {e.Message}");
            }
        }

        return 0;
    }
}
