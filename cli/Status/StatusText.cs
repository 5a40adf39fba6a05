using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Overlay.Api.Network;
using Overlay.Cli.Text;

namespace Overlay.Cli.Status;

/// <summary>The report for people: one screen, problems last. Pure.</summary>
internal static class StatusText
{
    // A screen's worth; those with problems come first.
    private const int MostNodes = 30;

    /// <summary>Renders.</summary>
    /// <param name="report">The report.</param>
    /// <param name="everyNode">Whether a large cluster's nodes are all shown.</param>
    public static string Of(StatusReport report, bool everyNode = false)
    {
        var text = new StringBuilder();
        text.Append(Network(report)).Append('\n');
        text.Append(Nodes(report, everyNode)).Append('\n');
        text.Append(Table.Of(
        [
            ["tags", $"{report.Tags.Active} active, {report.Tags.Resting} at rest"],
            ["policies", Policies(report.Policies)],
        ]));
        text.Append('\n').Append(Problems(report.Problems));
        return text.ToString();
    }

    private static string Network(StatusReport report)
    {
        var leader = report.Operator switch
        {
            { Alive: null } => $"no Lease tells (leader election may be switched off)",
            { Leader: null } => "nobody leads",
            { } o => $"{o.Leader}, {Seen(o.Alive == true, o.LastSeen, report.At)}",
        };
        if (report.Network is not { } network)
            return Table.Of([["network", "none"], ["operator", leader]]);

        List<string[]> rows =
        [
            ["network", $"{OverlayNetwork.DefaultName}, {(network.Conditions.Any(c => c is { Type: "Ready", Status: "True" }) ? "ready" : "NOT READY")}"],
            .. network.Pools.Select(Pool),
            ["vxlan", $"VNI {network.Vni}, port {network.Port}, MTU {(network.Mtu == 0 ? "of each node's underlay" : $"{network.Mtu}")}"],
            ["rules", $"{network.Backend.ToString().ToLowerInvariant()}; default action {network.DefaultAction}; what is denied meets {network.DenyAction}"],
            ["operator", leader],
        ];
        var conditions = network.Conditions.Select(c => (string[])[c.Type, c.Status, c.Reason]).ToList();
        return Table.Of(rows) + (conditions.Count == 0 ? "" : "conditions\n" + Table.Of(conditions, 2));
    }

    private static string[] Pool(PoolReport pool) =>
    [
        "pool",
        $"{pool.Cidr}, a /{pool.NodePrefixLength} each node" + (pool.Subnets is { } all ? $", {pool.Used} of {all} taken" : ""),
    ];

    private static string Nodes(StatusReport report, bool everyNode)
    {
        if (report.Nodes.IsEmpty)
            return "nodes   none\n";
        var shown = everyNode || report.Nodes.Length <= MostNodes
            ? report.Nodes
            : [.. report.Nodes.OrderBy(n => n.InOrder).Take(MostNodes).OrderBy(n => n.Name, StringComparer.Ordinal)];
        List<string[]> rows = [["NODE", "SUBNET", "VTEP", "MAC", "UNDERLAY", "AGENT", "VERSION", "RULES", "TAGS"]];
        rows.AddRange(shown.SelectMany(node => Rows(node, report.At)));
        var rest = report.Nodes.Length - shown.Length;
        return Table.Of(rows) + (rest == 0 ? "" : $"and {rest} more, {report.Nodes.Except(shown).Count(n => n.InOrder)} of them in order (-o wide shows all)\n");
    }

    // A node of two families takes two rows: the second holds what differs.
    private static IEnumerable<string[]> Rows(NodeReport node, DateTimeOffset now)
    {
        var first = node.Subnets.FirstOrDefault();
        var agent = node.Agent;
        yield return
        [
            node.Name,
            first?.Cidr ?? "none",
            first?.VtepAddress ?? "-",
            first?.VtepMac ?? "-",
            first is null ? "-" : first.UnderlayAddresses.FirstOrDefault("none"),
            agent is null ? "none" : Seen(agent.Alive, agent.LastSeen, now),
            agent?.Version ?? "-",
            agent?.RuleBackend ?? "-",
            agent?.TagsCurrent switch { true => "current", false => "behind", null => "-" },
        ];
        foreach (var more in node.Subnets.Skip(1))
            yield return ["", more.Cidr, more.VtepAddress];
    }

    private static string Seen(bool alive, DateTimeOffset? lastSeen, DateTimeOffset now) =>
        lastSeen is not { } at ? "never seen" : alive ? $"seen {Age.Of(now - at)} ago" : $"SILENT {Age.Of(now - at)}";

    private static string Policies(PolicyCounts counts) =>
        $"{counts.Accepted} accepted, {counts.Refused} refused"
        + (counts.Waiting == 0 ? "" : $", {counts.Waiting} not looked at yet")
        + (counts.NetworkPolicies == 0 ? "" : $"; {counts.NetworkPolicies} NetworkPolicies")
        + (counts.ClusterNetworkPolicies == 0 ? "" : $"; {counts.ClusterNetworkPolicies} ClusterNetworkPolicies");

    private static string Problems(ImmutableArray<Problem> problems)
    {
        if (problems.IsEmpty)
            return "no problems\n";
        var text = new StringBuilder($"PROBLEMS ({problems.Length})\n");
        foreach (var (problem, i) in problems.Select((p, i) => (p, i)))
            text.Append(CultureInfo.InvariantCulture, $"{i + 1,3}. {problem.On}: {problem.What}\n     -> {problem.Do}\n");
        return text.ToString();
    }
}
