using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Wire;
using Overlay.Netlink.Conntrack;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Connections;

/// <summary>Keeps the node's connection table in step with its policies. See <see cref="StaleConnections"/> for what goes and what stays.</summary>
/// <param name="conntrack">The connection table.</param>
/// <param name="log">Hears how many were forgotten.</param>
internal sealed class ConnectionTable(ConntrackSocket conntrack, ILogger log)
{
    /// <summary>Forgets connections between local pods that a change of policy ended for good.</summary>
    /// <param name="inputs">What the rules are made from.</param>
    /// <returns>How many were forgotten.</returns>
    public int Forget(RuleInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var senders = inputs.Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        var pods = new Dictionary<IPAddress, Sender>();
        foreach (var pod in inputs.Pods)
        {
            if (senders.TryGetValue(pod.Uid, out var sender))
            {
                foreach (var address in pod.Addresses)
                {
                    pods[address] = sender;
                }
            }
        }

        return Forget(StaleConnections.Of(conntrack.Connections(NodeMark.Judged, NodeMark.Judged), pods, new VerdictTableJudge(inputs.Table)));
    }

    private int Forget(IEnumerable<Connection> connections)
    {
        var stale = connections.ToList();
        if (stale.Count > 0)
        {
            conntrack.Delete(stale);
            log.ConnectionsForgotten(stale.Count);
        }

        return stale.Count;
    }
}
