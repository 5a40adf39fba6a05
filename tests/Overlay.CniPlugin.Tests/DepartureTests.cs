using System.Net.Sockets;
using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>DEL answers before the kernel has taken the devices away: what holds in between, and that they go.</summary>
public sealed class DepartureTests
{
    private const string Limits = ""","runtimeConfig":{"bandwidth":{"ingressRate":40000000,"ingressBurst":4294967295,"egressRate":24000000,"egressBurst":4294967295}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_pod_that_goes_on_sending_is_silent_once_DEL_has_answered_and_its_address_is_the_next_pods(string backend)
    {
        await using var node = await NodeBed.StartAsync("10.255.1.0/29", backend);
        var pods = Enumerable.Range(0, 6).Select(_ => node.Pod()).ToArray();
        var addresses = pods.Select(pod => Added(node, pod).Address).ToArray();
        var (leaving, staying, heir) = (pods[0], pods[1], node.Pod());
        using var there = NodeBed.Enter(staying);
        using var inside = NodeBed.Enter(leaving);
        using var next = NodeBed.Enter(heir);
        using var flood = NumberedFlood.Start(inside, addresses[0], there, addresses[1]);
        await node.UntilAsync(() => flood.Heard > 10, Patience, "its packets arrive");
        using var deserted = inside.Run(() => NumberedFlood.Bound(addresses[0], 6000));

        node.Del(leaving).ExitCode.Should().Be(0);
        var last = flood.Sent;
        Added(node, heir).Address.Should().Be(addresses[0], "no other is left");

        using var mouth = there.Run(() => NumberedFlood.Bound(addresses[1], 6000));
        using var ear = next.Run(() => NumberedFlood.Bound(addresses[0], 6000));
        await node.UntilAsync(() => Talks(mouth, ear) && Talks(ear, mouth), Patience, "the next pod has the address for itself");
        await node.UntilAsync(() => node.Devices.Count == 6 && node.Devices.All(device => device.IsUp), Patience, "the cut wire is gone");
        await node.UntilAsync(() => flood.Sent > last + 100, Patience, "it goes on all the time");
        flood.Heard.Should().BeLessThanOrEqualTo(last);
        deserted.Available.Should().Be(0);
    }

    [Fact]
    public async Task An_agent_that_is_killed_after_its_answer_leaves_cut_wires_and_the_next_one_removes_them()
    {
        await using var node = await NodeBed.StartAsync();
        var staying = node.Pod();
        var (result, left) = (Added(node, staying), 0);
        for (var round = 0; round < 10 && left == 0; round++)
        {
            var pod = node.Pod();
            Added(node, pod);
            node.Del(pod).ExitCode.Should().Be(0);
            await node.KillAgentAsync();
            left = node.Devices.Count - 1;
            node.Devices.Count(device => device.IsUp).Should().Be(1, "what is left of the other is cut");
            node.Routed.Should().Equal(result.Address);
            await node.StartAgentAsync();
            await node.UntilAsync(() => node.Devices.Count == 1, Patience, "the next agent removes it");
        }

        left.Should().Be(1, "once in ten times the agent was killed in between");
        node.Check(staying, result.Stdout).Code.Should().Be(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Limits)]
    public async Task The_same_interface_can_be_added_again_at_once(string more)
    {
        await using var node = await NodeBed.StartAsync();
        var pod = node.Pod();
        for (var round = 0; round < 5; round++)
        {
            Added(node, pod, more);
            node.Del(pod).ExitCode.Should().Be(0);
            var other = pod with { Container = $"other-{round}" };
            Added(node, other, more);
            node.Del(other).ExitCode.Should().Be(0);
        }

        var result = Added(node, pod, more);
        await Task.Delay(500, TestContext.Current.CancellationToken); // cut wires are removed after a tenth of a second
        await node.UntilAsync(() => node.Devices.Count == (more.Length == 0 ? 1 : 2), Patience, "the others are gone");
        node.Check(pod, result.Stdout).Code.Should().Be(0, "the last one is whole");
    }

    [Fact]
    public async Task A_namespace_that_goes_first_takes_the_wire_with_it()
    {
        await using var node = await NodeBed.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var pod = node.Pod();
            Added(node, pod);
            node.Del(pod).ExitCode.Should().Be(0);
            NodeBed.End(pod);
        }

        await node.UntilAsync(() => node.Devices.Count == 0, Patience, "all are gone");
        node.Log.Should().NotContain("could not be removed");
    }

    [Fact]
    public async Task Many_that_leave_together_go_together()
    {
        await using var node = await NodeBed.StartAsync();
        var pods = Enumerable.Range(0, 20).Select(_ => node.Pod()).ToArray();
        foreach (var pod in pods)
            Added(node, pod);

        await Task.WhenAll(pods.Select(pod => Task.Run(() => node.Del(pod).ExitCode.Should().Be(0))));

        node.Veths.Should().BeEmpty();
        node.Routed.Should().BeEmpty();
        await node.UntilAsync(() => node.Devices.Count == 0, Patience, "all are gone");
    }

    private static Outcome Added(NodeBed node, BedPod pod, string more = "")
    {
        var added = node.Add(pod, more: more);
        added.Code.Should().Be(0, added.Stdout);
        return added;
    }

    private static bool Talks(Socket from, Socket to)
    {
        var said = Guid.NewGuid().ToByteArray();
        from.SendTo(said, to.LocalEndPoint!);
        to.ReceiveTimeout = 500;
        var heard = new byte[64];
        try
        {
            return to.Receive(heard) == said.Length && heard.AsSpan(0, said.Length).SequenceEqual(said);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
