using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink.Tests.Kernel;

public sealed class LinkTests : IDisposable
{
    private static readonly PhysicalAddress NearMac = PhysicalAddress.Parse("AA-AA-0A-FF-01-04");
    private static readonly PhysicalAddress FarMac = PhysicalAddress.Parse("EE-EE-0A-FF-01-04");

    private readonly TemporaryNamespace node = new();
    private readonly TemporaryNamespace pod = new();

    [Fact]
    public void A_veth_pair_is_made_with_its_far_end_in_the_pods_namespace()
    {
        var near = CreateVeth();

        near.Should().BeEquivalentTo(new { Name = "ovp1", Kind = "veth", Mtu = 1450, TxQueueLength = 500, Group = 10_007u, MacAddress = NearMac });
        near.Flags.Should().HaveFlag(LinkFlags.NoArp | LinkFlags.Up);
        near.BelowNamespaceId.Should().NotBeNull();
        node.Routes.GetLink("eth0").Should().BeNull();

        var far = pod.Routes.GetLink("eth0")!;
        far.Should().BeEquivalentTo(new { Name = "eth0", Kind = "veth", Mtu = 1450, TxQueueLength = 500, MacAddress = FarMac });
        far.Flags.Should().HaveFlag(LinkFlags.NoArp);
        far.IsUp.Should().BeFalse();
    }

    [Fact]
    public void A_vxlan_device_reads_back_as_it_was_made()
    {
        var attributes = new VxlanAttributes { Vni = 42, Local = IPAddress.Parse("127.0.0.1"), Port = 4790, TimeToLive = 9 };
        var vtep = node.Routes.CreateVxlan(new VxlanDevice { Name = "overlay-vtep", Attributes = attributes, MacAddress = NearMac, Mtu = 1400, Up = true });

        vtep.Should().BeEquivalentTo(new { Name = "overlay-vtep", Kind = "vxlan", Mtu = 1400, MacAddress = NearMac, IsUp = true });
        vtep.Vxlan.Should().Be(attributes);
    }

    [Fact]
    public void A_vxlan_device_over_ipv6_reads_back_as_it_was_made()
    {
        var attributes = new VxlanAttributes
        {
            Vni = 0xff_ffff,
            Local = IPAddress.IPv6Loopback,
            GroupBasedPolicy = false,
            Learning = true,
            UdpZeroChecksum6Transmit = true,
            UdpZeroChecksum6Receive = true,
        };
        node.Routes.CreateVxlan(new VxlanDevice { Name = "v6", Attributes = attributes }).Vxlan.Should().Be(attributes);
    }

    [Fact]
    public void A_change_touches_only_what_it_names()
    {
        var near = CreateVeth();
        var bridge = node.Routes.CreateBridge(new BridgeDevice { Name = "br0", Up = true });

        node.Routes.ChangeLink(near.Index, new LinkChange { Group = 12_345, Master = bridge.Index, NoArp = false });
        // Running is the kernel's, who sets it some time after the far end has come up.
        var ported = node.Routes.GetLink(near.Index)!;
        ported.Should().Be(near with { Group = 12_345, Master = bridge.Index, Flags = (near.Flags & ~(LinkFlags.NoArp | LinkFlags.Running)) | (ported.Flags & LinkFlags.Running) });

        node.Routes.ChangeLink(near.Index, new LinkChange { Master = LinkIndex.None, Group = 0, Up = false, Mtu = 1300, Name = "ovp2" });
        var changed = node.Routes.GetLink("ovp2")!;
        changed.Should().BeEquivalentTo(new { Mtu = 1300, Group = 0u, Master = LinkIndex.None, IsUp = false, near.Index });
    }

    [Fact]
    public void A_device_moves_to_another_namespace()
    {
        var near = CreateVeth();
        node.Routes.ChangeLink(near.Index, new LinkChange { Namespace = pod.Namespace });

        node.Routes.GetLink("ovp1").Should().BeNull();
        pod.Routes.GetLink("ovp1").Should().NotBeNull();
    }

    [Fact]
    public void Deleting_one_end_deletes_both_and_deleting_again_is_fine()
    {
        var near = CreateVeth();
        node.Routes.DeleteLink(near.Index);

        node.Routes.GetLink(near.Index).Should().BeNull();
        pod.Routes.GetLink("eth0").Should().BeNull();
        node.Routes.DeleteLink(near.Index);
        node.Routes.DeleteLink("ovp1").Should().BeFalse();
    }

    [Fact]
    public void Checksum_offload_is_switched_off_and_on()
    {
        CreateVeth();
        node.Routes.GetChecksumOffload("ovp1").Should().BeTrue();
        node.Routes.SetChecksumOffload("ovp1", enabled: false);
        node.Routes.GetChecksumOffload("ovp1").Should().BeFalse();
        node.Routes.SetChecksumOffload("ovp1", enabled: true);
        node.Routes.GetChecksumOffload("ovp1").Should().BeTrue();
        pod.Routes.GetChecksumOffload("eth0").Should().BeTrue();
        FluentActions.Invoking(() => node.Routes.GetChecksumOffload("nowhere")).Should().Throw<NetlinkException>().Which.IsMissing.Should().BeTrue();
    }

    [Fact]
    public void A_vxlan_device_without_checksum_offload()
    {
        var attributes = new VxlanAttributes { Vni = 1, Local = IPAddress.Loopback };
        node.Routes.CreateVxlan(new VxlanDevice { Name = "overlay-vtep", Attributes = attributes });
        node.Routes.SetChecksumOffload("overlay-vtep", enabled: false);
        node.Routes.GetChecksumOffload("overlay-vtep").Should().BeFalse();
    }

    [Fact]
    public void A_dump_lists_every_device_with_its_kind()
    {
        CreateVeth();
        node.Routes.CreateBridge(new BridgeDevice { Name = "br0" });
        node.Routes.Links().Select(l => (l.Name, l.Kind)).Should().Contain([("lo", null), ("ovp1", "veth"), ("br0", "bridge")]);
    }

    [Fact]
    public void A_refusal_names_the_operation_the_object_the_errno_and_the_kernels_words()
    {
        CreateVeth();
        var refusal = FluentActions.Invoking(CreateVeth).Should().Throw<NetlinkException>().Which;

        refusal.IsExisting.Should().BeTrue();
        refusal.Message.Should().StartWith("Could not create veth pair ovp1 - eth0 in /var/run/netns/ovt-").And.Contain("EEXIST");
    }

    [Fact]
    public void A_name_that_the_kernel_would_not_take_is_refused_before_it_is_asked() =>
        FluentActions.Invoking(() => node.Routes.CreateBridge(new BridgeDevice { Name = "sixteen-letters!" })).Should().Throw<ArgumentException>();

    public void Dispose()
    {
        node.Dispose();
        pod.Dispose();
    }

    private Link CreateVeth() => node.Routes.CreateVeth(new VethPair
    {
        Name = "ovp1",
        PeerName = "eth0",
        PeerNamespace = pod.Namespace,
        MacAddress = NearMac,
        PeerMacAddress = FarMac,
        Mtu = 1450,
        TxQueueLength = 500,
        Group = 10_007,
        NoArp = true,
        Up = true,
    });
}
