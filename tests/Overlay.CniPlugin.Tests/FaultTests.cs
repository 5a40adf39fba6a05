using System.Net.NetworkInformation;
using Overlay.CniPlugin.Tests.Bed;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests;

/// <summary>Faults 2, 8, 14, 22 and 23, as far as one node goes.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Repair = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Fault_2_after_kill_9_of_the_agent_wires_stay_and_records_follow()
    {
        await using var node = await NodeBed.StartAsync();
        var pods = Enumerable.Range(0, 8).Select(_ => node.Pod()).ToArray();
        var results = pods.Select(p => node.Add(p).Stdout).ToArray();
        var before = node.Routed;
        await node.KillAgentAsync();
        node.Routed.Should().Equal(before);
        await node.StartAgentAsync();
        node.Routed.Should().Equal(before);
        node.Veths.Should().HaveCount(8).And.OnlyContain(v => v.Group >= 10000);
        for (var i = 0; i < pods.Length; i++)
            node.Check(pods[i], results[i]).Code.Should().Be(0);
        before.Should().NotContain(node.Add(node.Pod()).Address);
    }

    [Fact]
    public async Task Fault_8_an_ADD_whose_plugin_is_killed_at_any_moment_can_be_made_again()
    {
        await using var node = await NodeBed.StartAsync();
        for (var delay = 0; delay < 24; delay++)
        {
            var pod = node.Pod();
            string printed;
            using (var plugin = node.StartPlugin(NodeBed.Variables("ADD", pod.Container, pod)))
            {
                await plugin.StandardInput.WriteAsync("""{"cniVersion":"1.1.0","name":"overlay"}""");
                plugin.StandardInput.Close();
                await Task.Delay(delay * 3, TestContext.Current.CancellationToken);
                plugin.Kill();
                await plugin.WaitForExitAsync(TestContext.Current.CancellationToken);
                if (plugin.ExitCode == 0)
                    continue; // it was faster
                printed = await plugin.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            }

            // Killed between its last word and its end, it has handed the answer over: the pod is attached, and DEL comes first, as runtimes do after any failure.
            if (delay % 2 == 0 || printed.Length > 0)
                node.Del(pod).ExitCode.Should().Be(0);
            await node.UntilAsync(() => node.Add(pod).ExitCode == 0, TimeSpan.FromSeconds(10), "the retry succeeds");
        }

        await node.UntilAsync(() => node.Veths.Count == 24 && node.Routed.Distinct().Count() == 24, TimeSpan.FromSeconds(10), "nothing is left over");
    }

    [Fact]
    public async Task Fault_8_an_ADD_whose_agent_is_killed_at_any_moment_can_be_made_again()
    {
        await using var node = await NodeBed.StartAsync();
        for (var round = 0; round < 6; round++)
        {
            var pod = node.Pod();
            var add = Task.Run(() => node.Add(pod), TestContext.Current.CancellationToken);
            await Task.Delay(3 + (round * 7), TestContext.Current.CancellationToken);
            await node.KillAgentAsync();
            await node.StartAgentAsync();
            if ((await add).ExitCode != 0)
            {
                node.Del(pod).ExitCode.Should().Be(0);
                node.Add(pod).Code.Should().Be(0);
            }
        }

        await node.UntilAsync(() => node.Veths.Count == 6 && node.Routed.Distinct().Count() == 6, TimeSpan.FromSeconds(10), "nothing is left over");
    }

    [Fact]
    public async Task Fault_14_the_VTEP_and_all_on_it_are_back_within_5_seconds()
    {
        await using var node = await NodeBed.StartAsync();
        node.Add(node.Pod()).Code.Should().Be(0);
        var whole = WholeVtep(node);

        node.Kernel.DeleteLink("overlay-vtep");
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "deleted: it is back");

        Change(node, new LinkChange { MacAddress = PhysicalAddress.Parse("02-00-00-00-00-01") });
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "MAC changed: it is back");

        Change(node, new LinkChange { Mtu = 1300 });
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "MTU changed: it is back");

        Change(node, new LinkChange { Up = false });
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "set down: it is back");

        Change(node, new LinkChange { Up = false });
        Change(node, new LinkChange { Up = true });
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "set down and up: its routes and neighbours are back");

        node.Kernel.SetDown(node.Underlay);
        node.Kernel.SetUp(node.Underlay);
        await node.UntilAsync(() => WholeVtep(node) == whole, Repair, "parent bounced");

        var veth = node.Veths[0];
        node.Kernel.SetDown(veth.Index);
        node.Kernel.SetUp(veth.Index);
        await node.UntilAsync(() => node.Routed.Count == 1 && node.Kernel.Neighbours(veth.Index).Any(n => n.State == NeighbourState.Permanent), Repair, "a pod's veth flapped");
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("garbage")]
    [InlineData("flipped")]
    [InlineData("gone")]
    public async Task Fault_22_whatever_happens_to_the_store_no_two_pods_get_one_address(string damage)
    {
        await using var node = await NodeBed.StartAsync();
        var pods = Enumerable.Range(0, 5).Select(_ => node.Pod()).ToArray();
        var results = pods.Select(p => node.Add(p)).ToArray();
        await node.KillAgentAsync();
        foreach (var file in Directory.GetFiles(node.State, "attachments.db*"))
            Damage(file, damage);

        await node.StartAgentAsync();
        node.Routed.Should().BeEquivalentTo(results.Select(r => r.Address));
        var later = Enumerable.Range(0, 5).Select(_ => node.Add(node.Pod()).Address).ToArray();
        later.Concat(results.Select(r => r.Address)).Should().OnlyHaveUniqueItems();
        for (var i = 0; i < pods.Length; i++)
        {
            node.Check(pods[i], results[i].Stdout).Code.Should().Be(0);
            node.Del(pods[i]).ExitCode.Should().Be(0);
        }

        node.Routed.Should().BeEquivalentTo(later);
    }

    [Fact]
    public async Task Fault_23_a_full_subnet_says_so_and_a_freed_address_is_usable_at_once()
    {
        await using var node = await NodeBed.StartAsync("10.255.1.0/29");
        var pods = Enumerable.Range(0, 6).Select(_ => node.Pod()).ToArray();
        pods.Select(p => node.Add(p).Address).Should().OnlyHaveUniqueItems();
        var late = node.Pod();
        var refused = node.Add(late);
        refused.Code.Should().Be(11);
        refused.Said.Should().Contain("10.255.1.0/29");
        node.Veths.Should().HaveCount(6);
        node.Call("STATUS", "c0").Code.Should().Be(50);

        node.Del(pods[2]).ExitCode.Should().Be(0);
        node.Call("STATUS", "c0").Code.Should().Be(0);
        node.Add(late).Code.Should().Be(0);
    }

    private static void Change(NodeBed node, LinkChange change) => node.Kernel.ChangeLink(node.Kernel.GetLink("overlay-vtep")!.Index, change);

    /// <summary>Everything that matters on the VTEP, without its number.</summary>
    private static string WholeVtep(NodeBed node)
    {
        if (node.Kernel.GetLink("overlay-vtep") is not { } link)
            return "gone";
        var parts = new[] { $"{link.MacAddress} {link.Mtu} {link.IsUp} {link.Vxlan}" }
            .Concat(node.Kernel.Addresses(link.Index).Select(a => a.Address.ToString()))
            .Concat(node.Kernel.Routes(System.Net.Sockets.AddressFamily.InterNetwork, link: link.Index).Select(r => $"{r.Destination} via {r.Via}"))
            .Concat(node.Kernel.Neighbours(link.Index, System.Net.Sockets.AddressFamily.InterNetwork).Select(n => $"{n.Address} {n.MacAddress} {n.State}"))
            .Concat(node.Kernel.ForwardingEntries(link.Index).Select(f => $"{f.MacAddress} {f.Remote}"));
        return string.Join('\n', parts);
    }

    private static void Damage(string file, string how)
    {
        switch (how)
        {
            case "truncated":
                using (var opened = File.OpenWrite(file))
                    opened.SetLength(opened.Length / 3);
                break;
            case "garbage":
                File.WriteAllText(file, new string('#', 5000));
                break;
            case "flipped":
                var bytes = File.ReadAllBytes(file);
                for (var i = 100; i < bytes.Length; i += 97)
                    bytes[i] ^= 0x10;
                File.WriteAllBytes(file, bytes);
                break;
            default:
                File.Delete(file);
                break;
        }
    }
}
