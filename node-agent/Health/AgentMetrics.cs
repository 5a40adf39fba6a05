using Overlay.Kube.Metrics;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Health;

/// <summary>The agent's metrics beside those of CNI calls.</summary>
internal static class AgentMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddTo(
        MetricRegistry metrics,
        AttachmentStore store,
        AddressPools pools,
        NodeRules rules,
        VtepState vtep,
        Func<IReadOnlyCollection<Finding>> findings
    )
    {
        ProcessMetrics.AddTo(metrics);
        metrics.Gauge("overlay_attachments", "Pod interfaces that this node has wired.", () => store.Attachments.Count);
        metrics.Gauge("overlay_addresses_in_use", "Addresses of this node's subnets that pods have.", () => pools.Usage.Sum(u => u.Used));
        metrics.Gauge("overlay_addresses", "Addresses of this node's subnets that pods can have.", () => pools.Usage.Sum(u => (double)u.Count));
        metrics.Counter("overlay_rule_changes_total", "Changes of state that were written to the kernel's rules.", () => rules.Statistics.Applied);
        metrics.Counter("overlay_rule_elements_added_total", "Elements added to the kernel's sets and maps.", () => rules.Statistics.ElementsAdded);
        metrics.Counter("overlay_rule_elements_removed_total", "Elements removed from the kernel's sets and maps.", () => rules.Statistics.ElementsRemoved);
        metrics.Counter("overlay_rule_repairs_total", "Times that somebody else's change of our rules was mended.", () => rules.Statistics.Repaired);
        metrics.Counter("overlay_rule_sets_missing_total", "Times that the whole rule set was gone and was loaded.", () => rules.Statistics.LoadedMissing);
        metrics.Counter("overlay_rule_sets_changed_total", "Times that the whole rule set was changed and was loaded anew.", () => rules.Statistics.LoadedChanged);
        metrics.Counter("overlay_rule_failures_total", "Times that the kernel's rules could not be written or mended.", () => rules.Statistics.Failed);
        metrics.Counter("overlay_node_repairs_total", "Things on the VTEP and on pods' wires that were missing or changed and were mended.", () => vtep.Repairs);
        metrics.Gauge("overlay_remote_nodes", "Other nodes that this one knows.", () => vtep.Network?.Others.Length ?? 0);
        metrics.Gauge("overlay_firewalls_in_the_way", "Other software's firewalls on this node that stop pods' packets and that the agent could not open.", () => findings().Count(finding => finding.Reason is Finding.ForwardingBlocked));
        metrics.Gauge("overlay_findings", "Things on this node that its administrator should look into; the Node's Events and the log say which.", () => findings().Count);
    }
}
