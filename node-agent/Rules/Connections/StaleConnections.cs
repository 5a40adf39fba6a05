using System.Net;
using Overlay.Api.Wire;
using Overlay.Netlink.Conntrack;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Connections;

/// <summary>Which connections conntrack must forget. Pure.</summary>
/// <remarks>
/// Security does not hang on it: every packet of a connection is judged anew, both ways. Forgetting serves order: a connection that can never go
/// on need not stay in the table. (Connections of pods that are gone are forgotten whatever policy says: Pods/ConnectionCleaning.)
///
/// A denied connection whose server may still send to the client in its own right is left alone. Tried: once it is forgotten, the server's next
/// packet (pushed UDP; mid-stream TCP, which conntrack picks up) begins a connection of the server's own, towards a client that accepts it, and
/// what the withdrawal had stopped flows again. As long as conntrack remembers who asked, it stays stopped.
/// </remarks>
internal static class StaleConnections
{
    /// <summary>The connections that must go.</summary>
    /// <param name="connections">Connections with the judged bit (<see cref="NodeMark.Judged"/>).</param>
    /// <param name="pods">The local pods' addresses, each with its workload and the mark it sends with.</param>
    /// <param name="judge">The table in force.</param>
    internal static IEnumerable<Connection> Of(
        IEnumerable<Connection> connections,
        IReadOnlyDictionary<IPAddress, Sender> pods,
        VerdictTableJudge judge
    )
    {
        foreach (var connection in connections)
        {
            var clientResponds = (connection.Mark & NodeMark.ClientIsResponder) != 0;

            // After address translation a direction's packets go to where the other direction's come from.
            var (server, serverPort) = clientResponds
                ? (connection.Original.Source, connection.Original.SourcePort)
                : (connection.Reply.Source, connection.Reply.SourcePort);
            var (client, clientPort) = clientResponds
                ? (connection.Reply.Source, connection.Reply.SourcePort)
                : (connection.Original.Source, connection.Original.SourcePort);
            if (!pods.TryGetValue(server, out var serving))
            {
                continue;
            }

            var protocol = IpProtocols.FromNumber(connection.Original.Protocol);
            if (protocol.IsIcmp())
            {
                // A request makes the connection; its answer's type stands in the other direction.
                serverPort = clientPort = IpProtocols.IcmpKey(connection.Original.IcmpType, connection.Original.IcmpCode);
            }

            if (judge.Judge(serving.Workload, connection.Mark, new JudgedPacket(protocol, serverPort, client)).Allowed)
            {
                continue;
            }

            if (pods.TryGetValue(client, out var asking) && !judge.Judge(asking.Workload, serving.Mark, new JudgedPacket(protocol, clientPort, server)).Allowed)
            {
                yield return connection;
            }
        }
    }
}
