using System.Diagnostics;
using System.Globalization;
using Overlay.Lab.Matrix;
using Overlay.Lab.Shop;
using Overlay.Lab.State;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary><c>overlay-lab up</c>: builds the lab, shows what it can do, and leaves it running.</summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(LabOptions options, CancellationToken cancel)
    {
        using var alone = LabLock.Take(options.Instance);
        var watch = Stopwatch.StartNew();
        var printer = new StepPrinter();
        await using var cluster = await LabCluster.StartAsync(options, printer, sweepAtEnd: false, cancel);

        var steps = new StepClock(printer);
        var shop = new ShopFloor(cluster);
        var pods = await shop.OpenAsync(cancel);
        steps.Done("shop", $"kubectl apply -f examples/shop: {string.Join(", ", pods.Select(p => $"{p.Name} {string.Join(' ', p.Addresses)}"))}");
        var before = await Show.MatrixAsync(pods, "before any policy", cancel);

        steps = new StepClock(printer);
        var said = await shop.ApplyPoliciesAsync(cancel);
        steps.Done("policies", $"kubectl apply -f examples/policies: {said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length} OverlayPolicies");
        await UntilDifferentAsync(pods, before, cancel);
        steps.Done("in force", "measured by packets");
        await Show.MatrixAsync(pods, "with examples/policies", cancel);
        var proven = await Show.WayAsync(cluster, cancel);
        Farewell(options.Instance, watch.Elapsed);
        foreach (var pod in pods)
            pod.Dispose();
        if (!proven)
            AnsiConsole.MarkupLine("[red]not every step could be proven: see the steps marked NO above[/]");
        return proven ? 0 : 1;
    }

    /// <summary>Waits until the policies bite: the last of them decides that the frontend may not pay.</summary>
    private static async Task UntilDifferentAsync(IReadOnlyList<LabPod> pods, ConnectivityMatrix before, CancellationToken cancel)
    {
        for (var round = 0; round < 20; round++)
        {
            var now = await ConnectivityMatrix.TryAsync(pods, ShopFloor.Services(pods), cancel);
            if (before.Cells.Count(c => c.Value == Probes.ProbeOutcome.Connected) - now.Cells.Count(c => c.Value == Probes.ProbeOutcome.Connected) >= 10 && !now.Reaches("frontend", "gateway:8443"))
                return;
        }

        AnsiConsole.MarkupLine("[red]the policies are not in force after 20 rounds[/]");
    }

    private static void Farewell(LabInstance instance, TimeSpan elapsed)
    {
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"\nThe lab is [green]up[/] after {elapsed.TotalSeconds:0.0} s and stays up. Three things to try:\n");
        AnsiConsole.WriteLine($"    export KUBECONFIG={instance.Kubeconfig}");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine("    kubectl get overlay,pods -A -o wide                          # what there is, tags and subnets included");
        AnsiConsole.WriteLine("    kubectl delete overlaypolicy -n payments cart-pays           # then: artifacts/bin/overlay-lab matrix");
        AnsiConsole.WriteLine($"    ip netns exec {instance.NodeNamespace("node3")} nft list table inet overlay    # the rules, readable");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine("    make lab-down clears everything.");
    }
}
