using System.Net.Sockets;
using Overlay.Lab.Matrix;
using Overlay.Lab.Processes;
using Overlay.Lab.Shop;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary>What a user is shown of the shop.</summary>
internal static class Show
{
    /// <summary>A table for each address family of the pods; the first one's matrix is returned.</summary>
    public static async Task<ConnectivityMatrix> MatrixAsync(IReadOnlyList<LabPod> pods, string title, CancellationToken cancel)
    {
        var matrices = new List<ConnectivityMatrix>();
        foreach (var family in pods[0].Addresses.Select(address => address.AddressFamily))
        {
            matrices.Add(await ConnectivityMatrix.TryAsync(pods, ShopFloor.Services(pods), cancel, family));
            AnsiConsole.Write(MatrixTable.Of(matrices[^1], $"{title}, by {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")}"));
        }

        return matrices[0];
    }

    /// <summary>The allowed and the denied connection of the shop, as <c>kubectl overlay trace</c> shows them. True if every step was proven.</summary>
    public static async Task<bool> WayAsync(LabCluster cluster, CancellationToken cancel)
    {
        var proven = true;
        foreach (var (client, expected) in new[] { ("shop/cart", 0), ("shop/frontend", 1) })
        {
            var trace = await Command.RunAsync(
                cluster.Instance,
                null,
                Path.Combine(LabPaths.Binaries(), "kubectl-overlay"),
                ["trace", client, "payments/gateway", "8443", "--kubeconfig", cluster.Instance.Kubeconfig],
                cancel);
            await Console.Out.WriteLineAsync(trace.Output + trace.Errors);
            proven &= trace.ExitCode == expected;
        }

        return proven;
    }
}
