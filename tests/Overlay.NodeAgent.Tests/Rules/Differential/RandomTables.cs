using System.Net;
using System.Net.Sockets;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Differential;

/// <summary>Small tables and packets over few tags, ports and addresses, so that they meet often. Tables need not be such as policies make.</summary>
/// <param name="seed">What makes them.</param>
/// <param name="wide">Whether tags above 8191 occur.</param>
internal sealed class RandomTables(int seed, bool wide)
{
    private readonly Tag[] pods = PodsOf(wide);
    private readonly Tag[] senders = [.. PodsOf(wide), new(500), Tag.Outside, Tag.Node, Tag.UnknownPod];
    private static readonly ushort[] Ports = [79, 80, 81, 90, 443];
    private static readonly ushort[] Types = [0x0800, 0x0801, 0x0d00, 0x0000, 0x0300, 0x8000, 0x8001, 0x8100, 0x9000];
    private static readonly byte[] Numbers4 = [6, 6, 17, 132, 1, 1, 253, 47];
    private static readonly byte[] Numbers6 = [6, 6, 17, 132, 58, 58, 253, 47];

    private readonly Random random = new(seed);
    private int number;

    public Tag[] SomePods(double share) => [.. pods.Where(_ => Chance(share))];

    public Destination Shape(Destination destination)
    {
        var isOpen = Chance(0.15);
        return destination with
        {
            IsOpen = isOpen,
            IsConfined = Chance(0.8),
            IsWary = Chance(0.3),
            Particular = [.. senders.Where(tag => tag.Value >= 2 && Chance(0.15))],
            Grants = [.. Some(random.Next(9), Grant).Where(grant => !isOpen || grant.Flagged)],
            AllowedAddresses = [.. Some(Chance(0.5) ? random.Next(4) : 0, AddressGrant)],
            DeniedAddresses = [.. Some(Chance(0.4) ? random.Next(4) : 0, AddressGrant)],
            Exits = [.. Some(random.Next(6), Exit)],
        };
    }

    /// <summary>A packet from a pod of the first node, as that node's agent would have marked it.</summary>
    public TestPacket PacketTo(BedPod pod) => Packet(pod, Arriving());

    /// <summary>A packet from a pod to somewhere outside, of a kind that begins a connection.</summary>
    public TestPacket PacketFrom(BedPod pod)
    {
        var packet = Packet(pod, Leaving());
        return packet.Protocol is 1 or 58 && !packet.HasAnswer ? packet with { Port = (ushort)(packet.Protocol == 1 ? 0x0800 : 0x8000) } : packet;
    }

    /// <summary>What a packet from the first node's pods may be, without a pod that it goes to.</summary>
    public RandomPacket Arriving()
    {
        var tag = Pick(senders);
        return Packet(Chance(0.5) ? $"10.255.1.{random.Next(1, 255)}" : $"fd00:255:0:1::{random.Next(1, 255):x}", tag, tag.Value >= 2 && Chance(0.4));
    }

    /// <summary>What a packet to somewhere outside may be, without a pod that sends it.</summary>
    public RandomPacket Leaving() => Packet(Chance(0.5) ? $"198.51.100.{random.Next(1, 255)}" : $"2001:db8::{random.Next(1, 255):x}", default, false);

    private TestPacket Packet(BedPod pod, RandomPacket packet) => new(++number, packet.Protocol, packet.Port, pod, packet.Elsewhere, packet.Tag, packet.Flagged);

    private RandomPacket Packet(string elsewhere, Tag tag, bool flagged)
    {
        var address = IPAddress.Parse(elsewhere);
        var protocol = Pick(address.AddressFamily == AddressFamily.InterNetwork ? Numbers4 : Numbers6);
        var types = Types.Where(type => protocol == 58 == type >= 0x8000).ToArray();
        return new RandomPacket(protocol, protocol is 1 or 58 ? Pick(types) : Pick(Ports), address, tag, flagged);
    }

    private Grant Grant()
    {
        var kind = Pick<GrantSourceKind>([GrantSourceKind.Tag, GrantSourceKind.Tag, GrantSourceKind.AnyPod, GrantSourceKind.Outsider, GrantSourceKind.Anyone]);
        var source = new GrantSource(kind, kind == GrantSourceKind.Tag ? Pick([.. pods, Tag.UnknownPod]) : default);
        var (protocol, ports) = What();
        return new Grant(source, kind == GrantSourceKind.Tag && Chance(0.4), protocol, ports, Because("grant"))
        {
            Standing = Pick([GrantStanding.Plain, GrantStanding.Plain, GrantStanding.Firm, GrantStanding.Conditional]),
            Family = Pick([null, null, null, AddressFamily.InterNetwork, (AddressFamily?)AddressFamily.InterNetworkV6]),
        };
    }

    private AddressGrant AddressGrant()
    {
        var (protocol, ports) = What();
        return new AddressGrant(Addresses("10.255.1.", "fd00:255:0:1::"), protocol, ports, Because("address"));
    }

    private Exit Exit()
    {
        var (protocol, ports) = What();
        return new Exit(protocol, ports, Because("exit")) { Addresses = Chance(0.3) ? null : Addresses("198.51.100.", "2001:db8::") };
    }

    private AddressRange Addresses(string four, string six)
    {
        var (first, second) = (random.Next(256), random.Next(256));
        var (from, to) = Chance(0.1) ? (0, 255) : (Math.Min(first, second), Math.Max(first, second));
        var v6 = Chance(0.5);
        var low = AddressRange.Of(IPAddress.Parse(v6 ? $"{six}{from:x}" : $"{four}{from}"));
        return low with { Last = AddressRange.Of(IPAddress.Parse(v6 ? $"{six}{to:x}" : $"{four}{to}")).Last };
    }

    private (IpProtocol? Protocol, PortRange? Ports) What()
    {
        if (Chance(0.2))
        {
            return (null, null);
        }

        var protocol = Pick([IpProtocol.TCP, IpProtocol.TCP, IpProtocol.UDP, IpProtocol.SCTP, IpProtocol.ICMP, IpProtocol.ICMPv6, IpProtocol.Other]);
        if (protocol == IpProtocol.Other || Chance(0.3))
        {
            return (protocol, null);
        }

        var one = protocol.IsIcmp() ? Pick(Types) : Pick(Ports);
        return (protocol, Chance(0.5) ? PortRange.Of(one) : protocol.IsIcmp() ? new PortRange((ushort)(one & 0xff00), (ushort)(one | 0xff)) : new PortRange(one, (ushort)(one + 10)));
    }

    private static Tag[] PodsOf(bool wide) => wide ? [new(16), new(33), new(0x4abc), new(65535)] : [new(16), new(33), new(0x1abc), new(8191)];

    private static List<T> Some<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private bool Chance(double share) => random.NextDouble() < share;

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private static Reasons Because(string policy) => BedPod.Because(policy, PolicyType.Ingress);
}
