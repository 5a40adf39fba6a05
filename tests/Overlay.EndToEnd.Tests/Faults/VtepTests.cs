using System.Collections.Immutable;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 14: the VTEP and what is below it, changed by hand.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class VtepTests(FaultLab lab)
{
    public static TheoryData<string, string[][]> Blows => new()
    {
        { "deleted", [["link", "del", "overlay-vtep"]] },
        { "its MAC changed", [["link", "set", "overlay-vtep", "address", "02:00:00:00:00:99"]] },
        { "down and up", [["link", "set", "overlay-vtep", "down"], ["link", "set", "overlay-vtep", "up"]] },
        { "down", [["link", "set", "overlay-vtep", "down"]] },
        { "its parent bounced", [["link", "set", UnderlayNetwork.NodeDevice, "down"], ["link", "set", UnderlayNetwork.NodeDevice, "up"]] },
        { "routes and neighbours flushed", [["route", "flush", "dev", "overlay-vtep"], ["neigh", "flush", "dev", "overlay-vtep", "nud", "permanent"]] },
    };

    [Theory]
    [MemberData(nameof(Blows))]
    public async Task It_is_back_within_five_seconds_with_all_that_hangs_on_it(string what, string[][] commands)
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var client = await pods.RunAsync(lab.Cluster, lab.Node1, ns, "client");
        var server = await pods.RunAsync(lab.Cluster, lab.Node2, ns, "server");
        await Until.TrueAsync(TimeSpan.FromSeconds(5), "the pods to talk", () => client.ReachesAsync(server));
        var before = NodeState.VtepState(lab.Node1);
        before.Should().NotBeEmpty();

        foreach (var command in commands)
            lab.Node1.Run("ip", command).Checked();
        ImmutableSortedSet<string> now = [];
        var state = await Until.TrueAsync(
            TimeSpan.FromSeconds(5),
            $"the VTEP, {what}, to be as before",
            () => (now = NodeState.VtepState(lab.Node1)).SetEquals(before),
            () => $"Missing: {string.Join("; ", before.Except(now))}. Too much: {string.Join("; ", now.Except(before))}.\n{lab.Node1.Agent.LogTail()}");
        var rest = TimeSpan.FromSeconds(5) - state;
        await Until.TrueAsync(rest, $"the pods to talk after the VTEP was {what}", async () => await client.ReachesAsync(server) && await server.ReachesAsync(client));
    }
}
