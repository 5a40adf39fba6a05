using Overlay.Kube.Core;

namespace Overlay.Operator.Nodes;

/// <summary>
/// What a Node's condition NetworkUnavailable must say. The control plane turns it into the taint <c>node.kubernetes.io/network-unavailable:NoSchedule</c>: no new pods
/// come to the node, and those that run stay. Pure.
/// </summary>
/// <remarks>
/// False once the node's agent has its rules in force and its subnet is there: some clouds make nodes with True and wait for the network to say otherwise. True again
/// only where we said False and the agent has been away for long: then new pods could not start there, while traffic of those that run needs no agent, so nothing
/// stronger (NotReady takes them out of their Services). A node that never had an agent is left alone: it may be meant for another network.
/// </remarks>
internal static class NetworkAvailability
{
    /// <summary>Its type.</summary>
    public const string ConditionType = "NetworkUnavailable";

    /// <summary>Why it is False.</summary>
    public const string Up = "OverlayIsUp";

    /// <summary>Why it is True again.</summary>
    public const string Away = "OverlayAgentAway";

    /// <summary>How long an agent may be away, by an upgrade or a restart of the machine, before new pods are kept off its node.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The condition to write; null: it is as it should be, or not ours to say.</summary>
    /// <param name="node">The node.</param>
    /// <param name="serves">Whether its agent lives, with its rules in force, and its subnet is there.</param>
    /// <param name="away">For how long its agent has been seen to be away.</param>
    /// <param name="now">The time.</param>
    public static NodeCondition? Change(Node node, bool serves, TimeSpan away, DateTimeOffset now)
    {
        var present = node.Status?.Conditions?.FirstOrDefault(condition => condition.Type is ConditionType);
        if (serves)
            return present is { Status: "False" } ? null : Make("False", Up, "the overlay's agent serves this node", now);
        return present is { Status: "False", Reason: Up } && away >= Patience
            ? Make("True", Away, $"the overlay's agent has been away for {(int)away.TotalMinutes} minutes, so new pods could not start here; those that run are not concerned. Look at the overlay-agent pod of this node.", now)
            : null;
    }

    private static NodeCondition Make(string status, string reason, string message, DateTimeOffset now) =>
        new(ConditionType, status) { Reason = reason, Message = message, LastHeartbeatTime = now, LastTransitionTime = now };
}
