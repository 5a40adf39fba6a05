using Overlay.Kube.Probes;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Health;

/// <summary>Whether pods could be added now, each condition with its reason.</summary>
internal static class AgentReadiness
{
    /// <summary>Adds the checks. An operator or API server that is away does not make an agent unready that was ready once.</summary>
    public static void AddTo(HealthChecks checks, VtepState vtep, RuleLoop rules, CniServer server, Func<IReadOnlyList<string>> firewallAdvice)
    {
        checks.Add("subnet", () => vtep.Network is null ? vtep.Problem ?? "this node's Subnet is not known yet" : null);
        checks.Add("vtep", () => vtep.Problem);
        checks.Add("rules", () => rules.IsInForce ? rules.Problem : rules.Problem ?? "no rules are in force yet");
        checks.Add("cni-socket", () => server.IsServing ? null : "the CNI socket is not served");

        // Not a failure: the administrator may have opened that firewall by rules that we do not look into.
        checks.AddNote("firewalls", () => firewallAdvice() is { Count: > 0 } advice ? string.Join(' ', advice) : null);
    }
}
