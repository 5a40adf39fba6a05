using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Overlay.Netlink;
using Overlay.Netlink.Conntrack;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Rules.Connections;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Rules;

/// <summary>What the rules need around them and no packet waits for: others' firewalls opened, connections forgotten that ended for good.</summary>
/// <param name="inForce">What the rules in force were made from; null when nothing was yet.</param>
/// <param name="rules">The rules.</param>
/// <param name="host">Tells the node's addresses.</param>
/// <param name="log">Hears of firewalls and failures.</param>
/// <param name="time">The clock.</param>
internal sealed class RulesUpkeep(Func<RuleInputs?> inForce, NodeRules rules, RouteSocket host, ILogger log, TimeProvider time) : IDisposable
{
    /// <summary>How often: a firewall that starts after us is noticed this late.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly NfTablesSocket tables = NfTablesSocket.Open();
    private readonly ConntrackSocket conntrack = ConntrackSocket.Open();
    private RuleInputs? swept;
    private long loaded;

    /// <summary>What the administrator must do for pods' packets to pass; empty when they do.</summary>
    public IReadOnlyList<string> Advice { get; private set; } = ImmutableArray<string>.Empty;

    /// <summary>Works until cancelled.</summary>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        var forwarding = new ForwardingCheck(tables, new Tools([]), log);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (inForce() is { } inputs)
                {
                    Advice = await forwarding.CheckAsync(inputs.Settings, stop).ConfigureAwait(false);
                    // While the rules were missing, flows began that conntrack would keep where they should not go.
                    var loads = rules.Statistics.LoadedMissing;
                    if (!ReferenceEquals(inputs, swept) || loads != loaded)
                    {
                        new ConnectionTable(conntrack, log).Forget(inputs);
                        new HostPortConnections(conntrack, host).Forget(inputs.Pods);
                        (swept, loaded) = (inputs, loads);
                    }
                }

                await Task.Delay(Interval, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is RulesException or IOException)
            {
                log.UpkeepFailed(Interval, e);
                await Task.Delay(Interval, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        tables.Dispose();
        conntrack.Dispose();
    }
}
