using System.Net;
using System.Net.Sockets;
using Overlay.Api.Policies;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>What hangs on addresses, families and types: the sender's address on the way in, the destination's on the way out.</summary>
public abstract class AddressTests(BedBackend backend) : RuleTests(backend)
{
    [Theory]
    [InlineData("b", false)]
    [InlineData("b", true)]
    [InlineData("c", false)]
    [InlineData("c", true)]
    public async Task A_denied_address_stays_out_whatever_its_tag_is_granted_unless_that_is_firm(string to, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).Accept(b.A).Accept(GrantSource.AnyPod).Accept(GrantSource.Anyone, IpProtocol.TCP, PortRange.Of(80));
            Firmly(b.Pod(to), b.A, 81);
            b.Pod(to).Shape = destination => destination with { DeniedAddresses = [Denies(b.A, ipv6, IpProtocol.TCP, null)] };
        });

        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeFalse();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81, ipv6)).Should().BeTrue("firm");
        (await bed.A.UdpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeTrue("another protocol");
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, !ipv6)).Should().BeTrue("the other family's address is not denied");
        (await bed.D.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeTrue("another address");
    }

    [Theory]
    [InlineData("b", false)]
    [InlineData("c", true)]
    public async Task A_conditional_grant_waits_for_an_allowed_address(string to, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).IngressIsolated = true;
            b.Pod(to).Grants.Add(new Grant(GrantSource.Anyone, false, null, null, Reasons.None) { Standing = GrantStanding.Conditional });
            b.Pod(to).Shape = destination => destination with { AllowedAddresses = [Denies(b.A, ipv6, IpProtocol.TCP, new PortRange(80, 81))] };
        });

        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 82, ipv6)).Should().BeFalse();
        (await bed.D.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeFalse();
        bed.Pod(to).Shape = destination => destination with
        {
            AllowedAddresses = [Denies(bed.A, ipv6, IpProtocol.TCP, new PortRange(80, 81))],
            DeniedAddresses = [Denies(bed.A, ipv6, IpProtocol.TCP, PortRange.Of(81))],
        };
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81, ipv6)).Should().BeFalse("denied goes before allowed");
    }

    [Theory]
    [InlineData("b", false)]
    [InlineData("c", false)]
    [InlineData("c", true)]
    public async Task A_server_pushes_no_more_once_its_clients_address_is_denied(string to, bool ipv6)
    {
        using var bed = await CreateAsync(b => b.Pod(to).Accept(GrantSource.Anyone));
        using var client = bed.A.Udp(7000, ipv6);
        using var server = bed.Pod(to).Udp(5000, ipv6);
        (await Traffic.EchoesAsync(client, server, new IPEndPoint(bed.Pod(to).Address(ipv6), 5000))).Should().BeTrue();

        bed.Pod(to).Shape = destination => destination with { DeniedAddresses = [Denies(bed.A, ipv6, IpProtocol.UDP, PortRange.Of(5000))] };
        await bed.ApplyAsync();
        await server.SendToAsync(new byte[] { 1 }, new IPEndPoint(bed.A.Address(ipv6), 7000));

        (await client.ReceiveAsync(Traffic.Never)).Should().BeNull();
    }

    [Fact]
    public async Task Beyond_address_translation_the_client_is_still_seen_by_its_own_address()
    {
        // A calls an address that node 1 turns into C's, as kube-proxy does: the answer's destination is A again before it is judged.
        using var bed = await CreateAsync(b =>
        {
            b.C.Accept(GrantSource.Anyone);
            b.C.Shape = destination => destination with { DeniedAddresses = [Denies(b.B, false, IpProtocol.TCP, null)] };
        });
        bed.Node1.Run("nft", "add table ip service; add chain ip service pre { type nat hook prerouting priority dstnat; }; add rule ip service pre ip daddr 10.96.0.9 dnat to 10.255.2.4");
        using var listener = bed.C.Inside.Listen(bed.C.Address4, 8080);
        using var a = bed.A.Inside.Tcp(bed.A.Address4);
        using var b = bed.B.Inside.Tcp(bed.B.Address4);

        (await a.ConnectsAsync(new IPEndPoint(IPAddress.Parse("10.96.0.9"), 8080))).Should().BeTrue();
        (await b.ConnectsAsync(new IPEndPoint(IPAddress.Parse("10.96.0.9"), 8080))).Should().BeFalse();
    }

    [Theory]
    [InlineData("b", false)]
    [InlineData("b", true)]
    [InlineData("c", false)]
    [InlineData("c", true)]
    public async Task Ping_is_granted_by_type_and_its_answer_goes_by_the_same_grant(string to, bool ipv6)
    {
        var (protocol, echo) = ipv6 ? (IpProtocol.ICMPv6, (byte)128) : (IpProtocol.ICMP, (byte)8);
        using var bed = await CreateAsync(b => b.Pod(to).Accept(b.A, protocol, new PortRange(IpProtocols.IcmpKey(echo, 0), IpProtocols.IcmpKey(echo, 255))));

        (await bed.A.PingsAsync(bed.Pod(to), ipv6)).Should().BeTrue();
        (await bed.A.PingsAsync(bed.Pod(to), !ipv6)).Should().BeFalse("the other family's ping is another protocol");
        (await bed.D.PingsAsync(bed.Pod(to), ipv6)).Should().BeFalse();
        (await bed.A.UdpEchoesAsync(bed.Pod(to), 0x0800, ipv6)).Should().BeFalse("a port is no type");

        bed.Pod(to).Isolate().Accept(bed.A, protocol, PortRange.Of(IpProtocols.IcmpKey((byte)(echo + 5), 0)));
        await bed.ApplyAsync();
        (await bed.A.PingsAsync(bed.Pod(to), ipv6)).Should().BeFalse("another type");
    }

    [Fact]
    public async Task Ping_leaves_by_type_and_address_and_comes_back()
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.Exit(IpProtocol.ICMP, PortRange.Of(IpProtocols.IcmpKey(8, 0)));
            b.B.EgressIsolated = true;
            b.B.Exits.Add(new Exit(IpProtocol.ICMP, PortRange.Of(IpProtocols.IcmpKey(8, 0)), Reasons.None) { Addresses = AddressRange.Of(IPNetwork.Parse("203.0.113.0/24")) });
        });

        (await bed.A.PingsAsync(bed.Node2.UnderlayAddress)).Should().BeTrue();
        (await bed.B.PingsAsync(bed.Node2.UnderlayAddress)).Should().BeFalse("only to other addresses");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exits_end_at_their_addresses(bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.EgressIsolated = true;
            foreach (var network in new[] { "192.168.50.2/31", "fd00:50::2/127" })
            {
                b.A.Exits.Add(new Exit(IpProtocol.UDP, new PortRange(50, 60), BedPod.Because("out", PolicyType.Egress)) { Addresses = AddressRange.Of(IPNetwork.Parse(network)) });
            }
        });
        var inside = ipv6 ? bed.Node2.UnderlayAddress6 : bed.Node2.UnderlayAddress;
        var beyond = IPAddress.Parse(ipv6 ? "fd00:50::77" : "192.168.50.77");
        bed.Node2.Run("ip", "address", "add", ipv6 ? $"{beyond}/64" : $"{beyond}/24", "dev", BedNode.Underlay, ipv6 ? "nodad" : "noprefixroute");

        (await EchoesAsync(bed, inside, 53)).Should().BeTrue();
        (await EchoesAsync(bed, inside, 61)).Should().BeFalse();
        (await EchoesAsync(bed, beyond, 53)).Should().BeFalse();
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_grant_of_one_family_is_none_of_the_other(string to)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).IngressIsolated = true;
            b.Pod(to).Grants.Add(new Grant(GrantSource.Of(b.A.Tag), false, IpProtocol.TCP, PortRange.Of(80), Reasons.None) { Family = AddressFamily.InterNetworkV6 });
        });

        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, ipv6: true)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeFalse();
        await bed.Pod(to).Node.RestartAsync();
        (await bed.Pod(to).Node.ApplyAsync()).IsEmpty.Should().BeTrue("what is read back is what was written");
    }

    [Fact]
    public async Task Everything_that_can_be_said_reads_well_is_read_back_and_goes_again()
    {
        using var bed = await CreateAsync(b =>
        {
            b.Node2.Known.Add(b.A.Tag);
            b.Node2.Acquainted.Add(b.B.Tag);
            b.C.Accept(b.A, IpProtocol.ICMP, PortRange.Of(0x0800)).Accept(GrantSource.AnyPod, IpProtocol.Other);
            Firmly(b.C, b.A, 81);
            b.C.Shape = d => d with { IsWary = true, Particular = [b.B.Tag], AllowedAddresses = [Denies(b.A, false, null, null)], DeniedAddresses = [Denies(b.B, true, IpProtocol.TCP, new PortRange(1, 9)), Denies(b.B, false, IpProtocol.TCP, new PortRange(1, 9))] };
        });
        await bed.Node2.RestartAsync();
        (await bed.Node2.ApplyAsync()).IsEmpty.Should().BeTrue("what is read back is what was written");

        var listed = bed.Node2.ListRules();
        if (Backend == BedBackend.Nftables)
        {
            listed.Should().Contain("icmp . 2048 comment \"shop/accept ingress[0]\"").And.Contain("type devgroup . mark . nf_proto . inet_proto . inet_service").And.Contain("comment \"denied: shop/addresses ingress[0]\"");
        }
        else
        {
            listed.Should().Contain("--icmp-type 8/0 -m comment --comment \"shop/accept ingress[0]\"").And.Contain("-s 10.255.1.5/32 -p tcp -m tcp --dport 1:9 -m comment --comment \"shop/addresses ingress[0]\"");
        }


        bed.C.Isolate();
        bed.C.Shape = d => d;
        bed.Node2.Known.Clear();
        bed.Node2.Acquainted.Clear();
        await bed.ApplyAsync();
        bed.Node2.ListRules().Should().NotContain("shop/addresses").And.NotContain("shop/accept");
    }

    private static AddressGrant Denies(BedPod pod, bool ipv6, IpProtocol? protocol, PortRange? ports) =>
        new(AddressRange.Of(pod.Address(ipv6)), protocol, ports, BedPod.Because("addresses", PolicyType.Ingress));

    private static void Firmly(BedPod to, BedPod from, ushort port) =>
        to.Grants.Add(new Grant(GrantSource.Of(from.Tag), false, IpProtocol.TCP, PortRange.Of(port), Reasons.None) { Standing = GrantStanding.Firm });

    private static async Task<bool> EchoesAsync(TestBed bed, IPAddress outside, int port)
    {
        using var server = bed.Node2.Inside.Udp(outside, port);
        using var client = bed.A.Udp(0, outside.AddressFamily == AddressFamily.InterNetworkV6);
        return await Traffic.EchoesAsync(client, server, new IPEndPoint(outside, port));
    }
}
