using System.Net;
using System.Net.NetworkInformation;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Underlay;

/// <summary>
/// The physical network: a switch (a bridge in a namespace of its own, so that the machine's namespace stays untouched)
/// with one cable (veth pair) to each node. The switch's own address plays the API server's host and the world outside.
/// </summary>
/// <remarks>Owns the open namespaces of switch and nodes; the names stay until <see cref="LabSweep"/>.</remarks>
public sealed class UnderlayNetwork : IDisposable
{
    /// <summary>The bridge's name.</summary>
    public const string Switch = "switch";

    /// <summary>A node's side of its cable.</summary>
    public const string NodeDevice = "eth0";

    private readonly LabInstance instance;

    private UnderlayNetwork(LabInstance instance, LabStack stack, NetworkNamespace space)
    {
        this.instance = instance;
        Stack = stack;
        Space = space;
    }

    /// <summary>Its address families.</summary>
    public LabStack Stack { get; }

    /// <summary>The bridge's own address, that is the API server's.</summary>
    public IPAddress SwitchAddress => Stack.SwitchAddress;

    /// <summary>The switch's namespace.</summary>
    public NetworkNamespace Space { get; }

    /// <summary>The switch's port to a node.</summary>
    /// <param name="node">The node's name.</param>
    public static string PortOf(string node) => "to-" + node;

    /// <summary>Makes the switch.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="stack">Its address families.</param>
    public static UnderlayNetwork Create(LabInstance instance, LabStack stack)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(stack);
        var space = NetworkNamespace.Create(instance.UnderlayNamespace);
        using var socket = RouteSocket.Open(space);
        socket.SetUp(socket.GetLink("lo")!.Index);
        var bridge = socket.CreateBridge(new BridgeDevice { Name = Switch, MacAddress = PhysicalAddress.Parse("02-00-C0-A8-4D-01"), Up = true });
        foreach (var family in stack.Families)
            socket.AddAddress(Address(bridge.Index, family, family.Switch));
        return new UnderlayNetwork(instance, stack, space);
    }

    /// <summary>Opens the switch that another process made.</summary>
    /// <param name="instance">The lab.</param>
    public static UnderlayNetwork Open(LabInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return new UnderlayNetwork(instance, LabStack.Of(instance), OpenNamed(instance.UnderlayNamespace));
    }

    /// <summary>Makes a node's namespace and plugs it in: address, default route, forwarding as on any Kubernetes node.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="number">Its number.</param>
    public NetworkNamespace Plug(string node, int number)
    {
        var space = NetworkNamespace.Create(instance.NodeNamespace(node));
        using (var inSwitch = RouteSocket.Open(Space))
        {
            inSwitch.CreateVeth(new VethPair { Name = PortOf(node), PeerName = NodeDevice, PeerNamespace = space, Mtu = 1500, Up = true });
            inSwitch.ChangeLink(inSwitch.GetLink(PortOf(node))!.Index, new LinkChange { Master = inSwitch.GetLink(Switch)!.Index, Up = true });
        }

        using var inNode = RouteSocket.Open(space);
        inNode.SetUp(inNode.GetLink("lo")!.Index);
        var device = inNode.GetLink(NodeDevice)!.Index;
        inNode.SetUp(device);
        space.WriteSetting("ipv4/ip_forward", "1");
        space.WriteSetting("ipv6/conf/all/forwarding", "1");
        foreach (var family in Stack.Families)
        {
            inNode.AddAddress(Address(device, family, family.Node(number)));
            // Not with the mark of Overlay's routes: it is the administrator's, and a node that is cleaned keeps it.
            inNode.AddRoute(Route.DefaultThrough(family.Switch, device) with { Protocol = RouteProtocol.Boot });
        }

        return space;
    }

    /// <summary>Opens a node's namespace that exists.</summary>
    /// <param name="node">The node's name.</param>
    public NetworkNamespace OpenNode(string node) => OpenNamed(instance.NodeNamespace(node));

    /// <inheritdoc />
    public void Dispose() => Space.Dispose();

    private static InterfaceAddress Address(LinkIndex link, LabFamily family, IPAddress address) =>
        new(link, address, family.Network.PrefixLength) { NoDuplicateDetection = true };

    private static NetworkNamespace OpenNamed(string name) => NetworkNamespace.Open(Path.Combine(NetworkNamespace.NamedFolder, name));
}
