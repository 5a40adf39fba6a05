using System.Net.Sockets;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>Finds what stops forwarded packets. Pure.</summary>
internal static class ForwardBarriers
{
    /// <summary>The barriers in others' tables.</summary>
    /// <param name="chains">The chains of all tables.</param>
    /// <param name="ours">Our own table.</param>
    internal static IEnumerable<ForwardBarrier> Of(IEnumerable<NfChain> chains, TableName ours)
    {
        foreach (var chain in chains)
        {
            if (chain.Hook != NfHook.Forward || chain.Table == ours)
            {
                continue;
            }

            if (chain.Table.Name == "firewalld")
            {
                // Its last rule rejects, whatever the chain's policy says.
                yield return new ForwardBarrier(FirewallKind.Firewalld, FamilyOf(chain.Table.Family), Where(chain));
            }
            else if (chain.Policy == NfVerdict.Drop && chain.Table.Family is NfFamily.Inet or NfFamily.IPv4 or NfFamily.IPv6)
            {
                var iptables = chain is { Name: "FORWARD", Table: { Name: "filter", Family: NfFamily.IPv4 or NfFamily.IPv6 } };
                yield return new ForwardBarrier(iptables ? FirewallKind.IptablesNft : FirewallKind.Nftables, FamilyOf(chain.Table.Family), Where(chain));
            }
        }
    }

    /// <summary>The barrier in the old iptables, from what <c>iptables-legacy -S FORWARD</c> prints; null when there is none.</summary>
    internal static ForwardBarrier? OfLegacy(AddressFamily family, string listing) =>
        listing.Split('\n').Any(line => line.Trim() == "-P FORWARD DROP")
            ? new ForwardBarrier(FirewallKind.IptablesLegacy, family, $"{(family == AddressFamily.InterNetwork ? "iptables-legacy" : "ip6tables-legacy")} chain FORWARD")
            : null;

    private static AddressFamily? FamilyOf(NfFamily family) =>
        family switch
        {
            NfFamily.IPv4 => AddressFamily.InterNetwork,
            NfFamily.IPv6 => AddressFamily.InterNetworkV6,
            _ => null,
        };

    private static string Where(NfChain chain) => $"table {chain.Table}, chain {chain.Name}";
}
