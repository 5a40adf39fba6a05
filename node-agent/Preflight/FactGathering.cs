using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Preflight;

/// <summary>Asks the node's kernel, and looks where systemd-networkd keeps its state if that can be seen from here.</summary>
/// <param name="host">The node's own network namespace.</param>
/// <param name="sets">Tries the kernel's sets.</param>
internal sealed class FactGathering(RouteSocket host, SetTrial sets)
{
    private const string NetworkdState = "/run/systemd/netif/state";

    private static readonly string[] NetworkdSettings = ["/etc/systemd/networkd.conf", "/etc/systemd/networkd.conf.d", "/run/systemd/networkd.conf.d", "/usr/lib/systemd/networkd.conf.d"];

    /// <summary>iptables' own chains, as nf_tables has them.</summary>
    private static readonly ImmutableHashSet<string> OfIptables = ["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING"];

    /// <summary>A kernel stays as it is: once it is known, it is not tried again.</summary>
    private bool? tellsBlocksApart, sharesRanges, takesProtocols;

    /// <summary>The facts as of now.</summary>
    /// <param name="network">What the node is to take part in; null: not known yet.</param>
    public NodeFacts Gather(NodeNetwork? network)
    {
        var links = host.Links();
        var others = links.Where(link => !IsOurs(link)).ToDictionary(link => link.Index);
        var addresses = host.Addresses().Where(address => others.ContainsKey(address.Link)).ToArray();
        var usesSets = network is not null && network.Settings.Rules.Backend != RuleBackend.Iptables;
        return new NodeFacts
        {
            Kernel = Environment.OSVersion.Version,
            TellsBlocksApart = usesSets && network!.Pools.Any(pool => pool.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6) ? tellsBlocksApart ??= sets.TellsBlocksApart() : null,
            TakesProtocols = usesSets ? takesProtocols ??= sets.TakesProtocols() : null,
            SharesRanges = usesSets ? sharesRanges ??= sets.SharesRanges() : null,
            Addresses = [.. addresses.Where(a => !a.LinkScope && !IPAddress.IsLoopback(a.Address)).Select(a => (others[a.Link].Name, a.Address, NetworkOf(a)))],
            Routes =
            [
                .. host.Routes().Where(r => others.ContainsKey(r.Link) && r.Destination.PrefixLength > 0 && r.Protocol is not (RouteProtocol.Overlay or RouteProtocol.Kernel))
                    .Select(r => (others[r.Link].Name, r.Destination)),
            ],
            Vxlans = [.. others.Values.Where(link => link.Vxlan is not null).Select(link => (link.Name, link.Vxlan!.Vni, link.Vxlan.Port))],
            UnderlayMtu = network is null ? null : addresses.FirstOrDefault(a => a.Address.Equals(network.OwnUnderlay[0])) is { } own ? others[own.Link].Mtu : null,
            LegacyIptables = LegacyTables.InUse(AddressFamily.InterNetwork, null).Count > 0,
            NftIptables = UsesNftIptables(),
            ConnectionsUsed = Number("netfilter/nf_conntrack_count") / Number("netfilter/nf_conntrack_max"),
            ChangedSettings = [.. links.Where(link => VethNames.IsOne(link.Name)).SelectMany(link => Changed(link.Name))],
            NetworkdTakesRoutes = NetworkdTakesRoutes(),
        };
    }

    private static bool IsOurs(Link link) => link.Name is VtepDevice.Name || VethNames.IsOne(link.Name);

    private static IPNetwork NetworkOf(InterfaceAddress address)
    {
        var bytes = address.Address.GetAddressBytes();
        for (var bit = address.PrefixLength; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), address.PrefixLength);
    }

    private static bool UsesNftIptables()
    {
        using var tables = NfTablesSocket.Open();
        return tables.Chains().Any(chain => chain.Table.Family is NfFamily.IPv4 or NfFamily.IPv6 && chain.Table.Name is "filter" or "nat" or "mangle" or "raw" && OfIptables.Contains(chain.Name));
    }

    private static IEnumerable<string> Changed(string device)
    {
        if (Sysctl.TryRead($"ipv4/conf/{device}/rp_filter") is { } filter and not "1")
            yield return $"net.ipv4.conf.{device}.rp_filter is {filter}, not 1";
        if (Sysctl.TryRead($"ipv6/conf/{device}/accept_ra") is { } accepts and not "0")
            yield return $"net.ipv6.conf.{device}.accept_ra is {accepts}, not 0";
    }

    private static double? Number(string setting) =>
        double.TryParse(Sysctl.TryRead(setting), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static bool? NetworkdTakesRoutes()
    {
        if (!File.Exists(NetworkdState))
            return null;
        var said = NetworkdSettings.SelectMany(Files).SelectMany(File.ReadAllLines)
            .Select(line => line.Replace(" ", "", StringComparison.Ordinal).Split('='))
            .LastOrDefault(words => words is ["ManageForeignRoutes", _]);
        return said?[1] is not ("no" or "false" or "off" or "0"); // systemd takes the last word, and yes for none (networkd.conf(5))
    }

    private static string[] Files(string path) => File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.GetFiles(path, "*.conf") : [];
}
