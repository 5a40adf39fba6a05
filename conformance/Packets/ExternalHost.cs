using System.Net;
using Overlay.Conformance.Data;
using Overlay.Lab;
using Overlay.Lab.Underlay;
using Overlay.Netlink;

namespace Overlay.Conformance.Packets;

/// <summary>A machine outside the cluster: on the nodes' switch, with an address of another network.</summary>
/// <remarks>Owns its namespace and listeners.</remarks>
internal sealed class ExternalHost : IDisposable
{
    private const string Device = "eth0";

    private readonly string file;
    private readonly Listeners listeners;

    private ExternalHost(string file, NetworkNamespace space, IPAddress address, Listeners listeners)
    {
        this.file = file;
        Space = space;
        Address = address;
        this.listeners = listeners;
    }

    /// <summary>Its namespace.</summary>
    public NetworkNamespace Space { get; }

    /// <summary>Its address.</summary>
    public IPAddress Address { get; }

    /// <summary>Plugs it in. The switch routes to it; it reaches pods through their nodes, as a router outside would be told to.</summary>
    public static ExternalHost Start(LabCluster lab, ExternalDeclaration external, IEnumerable<NodeAddresses> nodes, Action<int> heard)
    {
        var address = IPAddress.Parse(external.Ip);
        var name = $"{lab.Instance.Prefix}-ext-{external.Name}";
        var space = NetworkNamespace.Create(name);
        lab.Underlay.Space.WriteSetting("ipv4/ip_forward", "1");
        lab.Underlay.Space.WriteSetting("ipv4/conf/all/send_redirects", "0");
        lab.Underlay.Space.WriteSetting($"ipv4/conf/{UnderlayNetwork.Switch}/send_redirects", "0");
        using (var links = RouteSocket.Open(lab.Underlay.Space))
        {
            var port = UnderlayNetwork.PortOf("ext-" + external.Name);
            port = port[..Math.Min(port.Length, 15)];    // IFNAMSIZ
            links.CreateVeth(new VethPair { Name = port, PeerName = Device, PeerNamespace = space, Mtu = 1500, Up = true });
            var bridge = links.GetLink(UnderlayNetwork.Switch)!.Index;
            links.ChangeLink(links.GetLink(port)!.Index, new LinkChange { Master = bridge, Up = true });
            links.ReplaceRoute(Route.To(address, bridge));
        }

        using (var links = RouteSocket.Open(space))
        {
            links.SetUp(links.GetLink("lo")!.Index);
            var device = links.GetLink(Device)!.Index;
            links.SetUp(device);
            links.AddAddress(new InterfaceAddress(device, address, 32));
            links.AddRoute(Route.DefaultThrough(lab.Underlay.SwitchAddress, device, onLink: true) with { Protocol = RouteProtocol.Boot });
            foreach (var node in nodes)
                links.AddRoute(Route.Through(node.Block, node.Node.Address, device, onLink: true));
        }

        return new ExternalHost(name, space, address, Listeners.Open(space, address, external.Ports, heard));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        listeners.Dispose();
        Space.Dispose();
        NetworkNamespace.Delete(file);
    }
}
