using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Overlay.Lab.Nodes;
using Overlay.Lab.Underlay;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>What a node's kernel has, asked of the kernel.</summary>
internal static partial class NodeState
{
    private const string VethPrefix = "ovp";
    private const string Vtep = "overlay-vtep";

    /// <summary>The host ends of pods' veths.</summary>
    public static ImmutableSortedSet<string> Veths(LabNode node)
    {
        using var kernel = RouteSocket.Open(node.Space);
        return [.. kernel.Links().Select(l => l.Name).Where(n => n.StartsWith(VethPrefix, StringComparison.Ordinal))];
    }

    /// <summary>The addresses that are routed to such veths.</summary>
    public static ImmutableSortedSet<string> PodAddresses(LabNode node)
    {
        using var kernel = RouteSocket.Open(node.Space);
        var veths = kernel.Links().Where(l => l.Name.StartsWith(VethPrefix, StringComparison.Ordinal)).Select(l => l.Index).ToHashSet();
        return [.. kernel.Routes(protocol: RouteProtocol.Overlay).Where(r => veths.Contains(r.Link)).Select(r => r.Destination.BaseAddress.ToString())];
    }

    /// <summary>The VTEP with all that hangs on it, a line each; empty when there is none.</summary>
    public static ImmutableSortedSet<string> VtepState(LabNode node)
    {
        using var kernel = RouteSocket.Open(node.Space);
        if (kernel.GetLink(Vtep) is not { } link)
            return [];
        return
        [
            $"mac {link.MacAddress} mtu {link.Mtu} up {link.IsUp} {link.Vxlan}",
            .. kernel.Addresses(link.Index).Where(a => !a.Address.IsIPv6LinkLocal).Select(a => $"address {a.Address}/{a.PrefixLength}"),
            .. kernel.Routes(link: link.Index).Where(r => r.Protocol == RouteProtocol.Overlay).Select(r => $"route {r.Destination} via {r.Via}"),
            .. kernel.Neighbours(link.Index).Where(n => n.State == NeighbourState.Permanent).Select(n => $"neighbour {n.Address} {n.MacAddress}"),
            .. kernel.ForwardingEntries(link.Index).Select(f => $"forward {f.MacAddress} {f.Remote}"),
        ];
    }

    /// <summary>The number of the rule set: one more after each transaction of anybody.</summary>
    public static uint Generation(LabNode node)
    {
        using var kernel = NfTablesSocket.Open(node.Space);
        return kernel.CurrentGeneration().Number;
    }

    /// <summary>Our table as nft prints it, without counters, and without what packets write into it themselves.</summary>
    public static string Rules(LabNode node) => WithoutTold(node.Run("nft", "-s", "list", "table", "inet", "overlay").Checked());

    /// <summary>A printed table without the rates of what was told, which come and go with packets.</summary>
    public static string WithoutTold(string table) => ToldElements().Replace(table, "${head}");

    /// <summary>A metric of the node's agent.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The metric, without labels.</param>
    public static async Task<double> MetricAsync(LabNode node, string name)
    {
        using var http = NamespaceHttp.Client(node.Space);
        var page = await http.GetStringAsync(node.ProbeUri("metrics"), TestContext.Current.CancellationToken);
        var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{node.Name}'s agent has no metric {name}.");
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>What the node's agent says about its readiness, a line a check.</summary>
    /// <param name="node">The node.</param>
    public static async Task<string> ReadinessAsync(LabNode node)
    {
        using var http = NamespaceHttp.Client(node.Space);
        using var answer = await http.GetAsync(node.ProbeUri("readyz"), TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until addresses = veths = sandboxes, as the kernel and the agent's address pool have them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sandboxes">The addresses of the pods that are there, and no others.</param>
    /// <param name="patience">How long.</param>
    public static Task<TimeSpan> WaitForExactlyAsync(LabNode node, IEnumerable<FaultPod> sandboxes, TimeSpan patience)
    {
        ImmutableSortedSet<string> wanted = [.. sandboxes.Select(p => p.Address!.ToString())];
        var seen = "";
        return Until.TrueAsync(
            patience,
            $"{node.Name} to have {wanted.Count} pods' addresses, veths and records",
            async () =>
            {
                try
                {
                    var addresses = PodAddresses(node);
                    var veths = Veths(node).Count;
                    var used = await MetricAsync(node, "overlay_addresses_in_use");
                    seen = $"{veths} veths, {used} addresses in use, too many {string.Join(' ', addresses.Except(wanted))}, missing {string.Join(' ', wanted.Except(addresses))}\n{node.Agent.LogTail()}";
                    return addresses.SetEquals(wanted) && veths == wanted.Count && (int)used == wanted.Count;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    seen = e.Message;
                    return false;
                }
            },
            () => seen);
    }

    [GeneratedRegex(@"(?<head>set told \{[^{}]*?)\n\s*elements = \{[^{}]*\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ToldElements();
}
