using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Shaping;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Cleanup;

/// <summary>Removes our devices, routes and nf_tables rules. Devices first: at no moment is there a pod that can be reached and no rule.</summary>
internal sealed class KernelCleanup(CleanupReport report)
{
    /// <summary>Devices, and with them their addresses, neighbours, forwarding entries and routes; then routes of ours on other devices.</summary>
    public void Devices()
    {
        using var kernel = RouteSocket.Open();
        var links = kernel.Links();
        foreach (var veth in links.Where(link => link.Kind is "veth" && VethNames.IsOne(link.Name)))
            report.Try($"the device {veth.Name}{(veth.Alias is { } alias ? $" ({alias})" : "")}", () => kernel.DeleteLink(veth.Name));
        foreach (var ifb in links.Where(IfbNames.IsOne))
            report.Try($"the device {ifb.Name}", () => kernel.DeleteLink(ifb.Name));
        foreach (var vtep in links.Where(link => link is { Kind: "vxlan", Name: VtepDevice.Name }))
            report.Try($"the device {vtep.Name}", () => kernel.DeleteLink(vtep.Name));
        foreach (var route in kernel.Routes(table: null, protocol: RouteProtocol.Overlay))
        {
            report.Try($"the route {route}", () =>
            {
                kernel.DeleteRoute(route);
                return true;
            });
        }
    }

    /// <summary>Our nf_tables table, sets and elements included.</summary>
    public void Rules() =>
        report.Try($"the table {NftablesBackend.Table}", () =>
        {
            using var tables = NfTablesSocket.Open();
            if (tables.Tables().All(table => table.Name != NftablesBackend.Table))
                return false;
            tables.Commit(new NfTablesBatch().DeleteTable(NftablesBackend.Table));
            return true;
        });
}
