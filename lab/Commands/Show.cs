using Overlay.Lab.Matrix;
using Overlay.Lab.Shop;
using Overlay.Lab.Way;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary>What a user is shown of the shop.</summary>
internal static class Show
{
    public static async Task<ConnectivityMatrix> MatrixAsync(IReadOnlyList<LabPod> pods, string title, CancellationToken cancel)
    {
        var matrix = await ConnectivityMatrix.TryAsync(pods, ShopFloor.Services(pods), cancel);
        AnsiConsole.Write(MatrixTable.Of(matrix, title));
        return matrix;
    }

    /// <summary>The allowed and the denied connection of the shop. True if every step was proven.</summary>
    public static async Task<bool> WayAsync(LabCluster cluster, IReadOnlyList<LabPod> pods, CancellationToken cancel)
    {
        LabPod Pod(string name) => pods.First(p => string.Equals(p.Name, name, StringComparison.Ordinal));
        var proven = true;
        foreach (var client in new[] { "cart", "frontend" })
        {
            var (measured, steps) = await PacketWay.FollowAsync(cluster, Pod(client), Pod("gateway"), 8443, cancel);
            AnsiConsole.Write(WayTable.Of(measured, steps));
            proven &= steps.All(s => s.Happened);
        }

        return proven;
    }
}
