using System.Net;
using System.Net.NetworkInformation;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A pod of the bed: a namespace wired to its node, a workload of its own, and what policies say of it.</summary>
internal sealed class BedPod(string name, BedNode node, int last, Tag tag, NetworkNamespace inside, string namespaceName)
{
    public string Name => name;

    public string NamespaceName => namespaceName;

    public BedNode Node => node;

    public NetworkNamespace Inside => inside;

    public string Uid => $"uid-{name}";

    public string Veth => $"ovp{name}";

    public PhysicalAddress Mac => new([0xee, 0xee, 10, 255, (byte)node.Number, (byte)last]);

    public PhysicalAddress HostMac => new([0xaa, 0xaa, 10, 255, (byte)node.Number, (byte)last]);

    public IPAddress Address4 => new([10, 255, (byte)node.Number, (byte)last]);

    public IPAddress Address6 => IPAddress.Parse($"fd00:255:0:{node.Number}::{last}");

    public IPAddress Address(bool ipv6) => ipv6 ? Address6 : Address4;

    public WorkloadKey Workload { get; set; } = new("shop", $"app={name}");

    public Tag Tag { get; set; } = tag;

    public bool IngressIsolated { get; set; }

    public bool EgressIsolated { get; set; }

    public List<Grant> Grants { get; } = [];

    public List<Exit> Exits { get; } = [];

    public List<PortMapping> Ports { get; } = [];

    /// <summary>Whether it has its wire; if not, it is only scheduled to its node yet.</summary>
    public bool IsWired { get; set; } = true;

    /// <summary>Sets the rest of what the table says of it.</summary>
    public Func<Destination, Destination> Shape { get; set; } = destination => destination;

    public PodWiring Wiring => new(Uid, new ObjectKey("shop", name), Veth, Mac, [Address4, Address6]) { Ports = [.. Ports] };

    public Sender Sender => new(Uid, Workload, Tag, EgressIsolated);

    public Destination Destination =>
        Shape(
            new Destination(Workload)
            {
                Pods = [Uid],
                IsOpen = !IngressIsolated,
                IsConfined = EgressIsolated,
                Grants = [.. Grants],
                Exits = [.. Exits],
            }
        );

    /// <summary>Maps a port of its node to it, as a wire with mappings is made.</summary>
    public BedPod Map(int hostPort, int podPort, IpProtocol protocol = IpProtocol.TCP, string? hostAddress = null)
    {
        Ports.Add(new PortMapping(hostAddress is null ? null : IPAddress.Parse(hostAddress), protocol, (ushort)hostPort, (ushort)podPort));
        node.Inside.Run(() => TestBed.Write($"/proc/sys/net/ipv4/conf/{Veth}/route_localnet", "1"));
        return this;
    }

    /// <summary>Isolates its ingress and grants another pod's tag something; no protocol: everything.</summary>
    public BedPod Accept(BedPod from, IpProtocol? protocol = null, PortRange? ports = null, bool flagged = false) =>
        Accept(GrantSource.Of(from.Tag), protocol, ports, flagged);

    public BedPod Accept(GrantSource from, IpProtocol? protocol = null, PortRange? ports = null, bool flagged = false)
    {
        IngressIsolated = true;
        Grants.Add(new Grant(from, flagged, protocol, ports, Because("accept", PolicyType.Ingress)));
        return this;
    }

    /// <summary>Isolates its ingress and grants nothing (any more).</summary>
    public BedPod Isolate()
    {
        IngressIsolated = true;
        Grants.Clear();
        return this;
    }

    public BedPod Exit(IpProtocol? protocol = null, PortRange? ports = null)
    {
        EgressIsolated = true;
        Exits.Add(new Exit(protocol, ports, Because("exit", PolicyType.Egress)));
        return this;
    }

    public override string ToString() => name;

    public static Reasons Because(string policy, PolicyType direction) => Reasons.Of(new RuleReference(new PolicyName(PolicyKind.OverlayPolicy, new ObjectKey("shop", policy)), direction, 0));
}
