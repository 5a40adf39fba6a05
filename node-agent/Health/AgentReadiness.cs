using Overlay.Kube.Probes;

namespace Overlay.NodeAgent.Health;

/// <summary>Whether pods could be added now, each condition with its reason.</summary>
internal static class AgentReadiness
{
    /// <summary>Adds the checks. An operator or API server that is away does not make an agent unready that was ready once.</summary>
    public static void AddTo(HealthChecks checks, Agent agent)
    {
        var (vtep, rules) = (agent.Vtep, agent.Rules);
        checks.Add("subnet", () => vtep.Network is null ? vtep.Problem ?? "this node's Subnet is not known yet" : null);
        checks.Add("vtep", () => vtep.Problem);
        checks.Add("rules", () => rules.IsInForce ? rules.Problem : rules.Problem ?? "no rules are in force yet");
        checks.Add("cni-socket", () => agent.Server.IsServing ? null : "the CNI socket is not served");
        checks.Add("cni-install", () => agent.InstallProblem);

        // Not failures: the administrator may have opened a firewall by rules that we do not look into, or have another network on purpose.
        checks.AddNote("firewalls", () => Texts(agent.Findings.Where(finding => finding.Reason is Finding.ForwardingBlocked)));
        checks.AddNote("findings", () => Texts(agent.Findings.Where(finding => finding.Reason is not Finding.ForwardingBlocked)));
        checks.AddNote("api-server", () => agent.StaleNote);
    }

    private static string? Texts(IEnumerable<Finding> findings) => string.Join(' ', findings.Select(finding => finding.Text)) is { Length: > 0 } texts ? texts : null;
}
