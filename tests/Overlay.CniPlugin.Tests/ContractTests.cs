using System.Net;
using Overlay.CniPlugin.Tests.Bed;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests;

/// <summary>The plugin and the agent together against the CNI spec 1.1, on the kernel.</summary>
public sealed class ContractTests : IAsyncLifetime
{
    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("", "1.1.0")]
    [InlineData("""{"cniVersion":"0.4.0"}""", "0.4.0")]
    [InlineData("""{"prevResult":{"cniVersion":"0.3.1"},"cniVersion":"1.0.0"}""", "1.0.0")]
    [InlineData("nonsense", "1.1.0")]
    public void VERSION_needs_nothing(string stdin, string answered)
    {
        var outcome = _node.Run(new Dictionary<string, string> { ["CNI_COMMAND"] = "VERSION" }, stdin);
        outcome.ExitCode.Should().Be(0);
        outcome.Json.GetProperty("cniVersion").GetString().Should().Be(answered);
        outcome.Json.GetProperty("supportedVersions").EnumerateArray().Select(v => v.GetString()).Should().Equal("0.3.1", "0.4.0", "1.0.0", "1.1.0");
    }

    [Theory]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void ADD_wires_the_pod_and_tells_it_in_the_asked_version(string version)
    {
        var pod = _node.Pod();
        var added = _node.Add(pod, version);
        added.Code.Should().Be(0, added.Stdout);
        added.Json.GetProperty("cniVersion").GetString().Should().Be(version);
        var veth = _node.Veths.Should().ContainSingle().Which;
        veth.Group.Should().BeGreaterThanOrEqualTo(10000);
        veth.Mtu.Should().Be(1450);
        _node.Routed.Should().Equal(added.Address);

        using var inside = NodeBed.Enter(pod);
        using var kernel = RouteSocket.Open(inside);
        var link = kernel.GetLink("eth0")!;
        (link.Flags & LinkFlags.NoArp).Should().NotBe(0);
        kernel.Addresses(link.Index).Select(a => a.ToString()).Should().Equal($"{added.Address}/32 dev {link.Index}");
        kernel.Routes(System.Net.Sockets.AddressFamily.InterNetwork, link: link.Index).Select(r => r.Destination.ToString()).Should().BeEquivalentTo("0.0.0.0/0", "169.254.0.1/32");
        kernel.Neighbours(link.Index).Should().Contain(n => n.Address.Equals(IPAddress.Parse("169.254.0.1")) && n.State == NeighbourState.Permanent);
        inside.Run(() => File.ReadAllText("/proc/sys/net/ipv6/conf/eth0/disable_ipv6").Trim()).Should().Be("1", "IPv6 is off where the cluster has none");
    }

    [Fact]
    public void A_second_ADD_is_refused_and_harms_nothing()
    {
        var pod = _node.Pod();
        var first = _node.Add(pod);
        var second = _node.Add(pod);
        second.Code.Should().Be(100);
        second.Said.Should().Contain(pod.Container);
        _node.Check(pod, first.Stdout).Code.Should().Be(0);
    }

    [Fact]
    public void An_interface_of_somebody_else_is_not_replaced()
    {
        var pod = _node.Pod();
        using (var inside = NodeBed.Enter(pod))
        using (var kernel = RouteSocket.Open(inside))
            kernel.CreateBridge(new BridgeDevice { Name = "eth0" });
        _node.Add(pod).Code.Should().Be(100);
        _node.Veths.Should().BeEmpty();
    }

    [Fact]
    public void An_unknown_pod_is_asked_to_come_again_and_leaves_nothing()
    {
        var added = _node.Add(_node.Pod(known: false));
        added.Code.Should().Be(11);
        added.Said.Should().Contain("front-1").And.Contain("uid-1");
        _node.Veths.Should().BeEmpty();
    }

    [Fact]
    public void A_pod_of_the_same_name_with_another_UID_is_another_pod()
    {
        var pod = _node.Pod();
        _node.Add(pod with { Uid = "older" }).Code.Should().Be(11);
    }

    [Fact]
    public void Wrong_environments_are_refused_with_code_4()
    {
        var pod = _node.Pod();
        var stdin = """{"cniVersion":"1.1.0","name":"overlay"}""";
        foreach (var missing in (string[])["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_ARGS", "CNI_COMMAND"])
        {
            var variables = NodeBed.Variables("ADD", pod.Container, pod);
            variables.Remove(missing);
            var outcome = _node.Run(variables, stdin);
            outcome.Code.Should().Be(4, missing);
            outcome.Said.Should().Contain(missing);
        }

        _node.Veths.Should().BeEmpty();
    }

    [Theory]
    [InlineData("", 6)]
    [InlineData("{", 6)]
    [InlineData("""{"cniVersion":"9.9.9","name":"overlay"}""", 1)]
    [InlineData("""{"cniVersion":"1.1.0","name":"a/b"}""", 7)]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","ipam":{"type":"dhcp"}}""", 2)]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","overlayNetwork":"blue"}""", 7)]
    public void Wrong_configurations_are_refused_with_the_specs_codes(string stdin, int code)
    {
        var pod = _node.Pod();
        _node.Run(NodeBed.Variables("ADD", pod.Container, pod), stdin).Code.Should().Be(code);
        _node.Veths.Should().BeEmpty();
    }

    [Fact]
    public void A_namespace_that_is_none_is_refused_with_code_8()
    {
        var pod = _node.Pod();
        _node.Add(pod with { Namespace = "/nowhere" }).Code.Should().Be(8);
        _node.Add(pod with { Namespace = "/etc/hostname" }).Code.Should().Be(8);
        _node.Add(pod with { Namespace = Path.Combine(NetworkNamespace.NamedFolder, Path.GetFileName(pod.Namespace).Replace("-p1", "-n", StringComparison.Ordinal)) })
            .Code.Should()
            .Be(8, "that is the node's own");
        _node.Veths.Should().BeEmpty();
    }

    [Fact]
    public void The_results_of_earlier_plugins_are_passed_on()
    {
        var added = _node.Add(_node.Pod(), "1.0.0", ""","prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"x0"}],"ips":[],"dns":{}}""");
        added.Json.GetProperty("interfaces").GetArrayLength().Should().Be(3);
        added.Json.GetProperty("ips")[0].GetProperty("interface").GetInt32().Should().Be(2);
    }

    [Fact]
    public void CHECK_finds_what_others_changed()
    {
        var pod = _node.Pod();
        var result = _node.Add(pod).Stdout;
        _node.Check(pod, result).Code.Should().Be(0);
        using (var inside = NodeBed.Enter(pod))
        using (var kernel = RouteSocket.Open(inside))
        {
            var eth0 = kernel.GetLink("eth0")!.Index;
            kernel.CreateBridge(new BridgeDevice { Name = "tuned0" });
            _node.Check(pod, result).Code.Should().Be(0, "what later plugins add is no concern of ours");
            kernel.DeleteRoute(Route.DefaultThrough(IPAddress.Parse("169.254.0.1"), eth0));
        }

        var check = _node.Check(pod, result);
        check.Code.Should().Be(101);
        check.Said.Should().Contain("0.0.0.0/0");
        _node.Check(pod with { Container = "other" }, result).Code.Should().Be(3);
        _node.Call("CHECK", pod.Container, pod).Code.Should().Be(7, "prevResult is missing");
        _node.Check(pod, result, "0.3.1").Code.Should().Be(1, "0.3.1 has no CHECK");
    }

    [Fact]
    public void GC_keeps_what_is_listed_and_refuses_without_a_list()
    {
        var (kept, gone) = (_node.Pod(), _node.Pod());
        var address = _node.Add(kept).Address;
        _node.Add(gone).Code.Should().Be(0);
        _node.Call("GC", "x").Code.Should().Be(7);
        _node.Veths.Should().HaveCount(2);
        _node.Call("GC", "x", null, "1.1.0", $$""","cni.dev/valid-attachments":[{"containerID":"{{kept.Container}}","ifname":"eth0"}]""").Code.Should().Be(0);
        _node.Routed.Should().Equal(address);
    }

    [Fact]
    public async Task Different_containers_are_added_at_the_same_time_with_addresses_of_their_own()
    {
        var pods = Enumerable.Range(0, 20).Select(_ => _node.Pod()).ToArray();
        var added = await Task.WhenAll(pods.Select(p => Task.Run(() => _node.Add(p))));
        added.Should().OnlyContain(o => o.ExitCode == 0);
        added.Select(o => o.Address).Should().OnlyHaveUniqueItems();
        _node.Veths.Should().HaveCount(20);
        await Task.WhenAll(pods.Select(p => Task.Run(() => _node.Del(p))));
        _node.Veths.Should().BeEmpty();
        _node.Routed.Should().BeEmpty();
    }

    [Fact]
    public void One_container_can_have_two_interfaces()
    {
        var pod = _node.Pod();
        var first = _node.Add(pod);
        var variables = NodeBed.Variables("ADD", pod.Container, pod);
        variables["CNI_IFNAME"] = "net1";
        var second = _node.Run(variables, """{"cniVersion":"1.1.0","name":"overlay"}""");
        (first.Code, _node.Veths.Count).Should().Be((0, second.Code == 0 ? 2 : 1), "a second one is made whole or not at all");
    }
}
