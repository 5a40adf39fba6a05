using System.Collections.Immutable;
using System.Net;

namespace Overlay.Policy;

/// <summary>Who may reach whom: every pair of pods that policies can tell apart, and the outside. Pure.</summary>
/// <remarks>All pods of the inputs are taken for pods of one node, since verdicts do not depend on where a pod runs (its own node always reaches it; that is not told).</remarks>
public sealed class Reachability
{
    private readonly VerdictTableJudge _judge;
    private readonly Dictionary<string, Sender> _senders;
    private readonly Dictionary<WorkloadKey, Destination> _destinations;

    /// <summary>Compiles.</summary>
    /// <param name="inputs">Policies, namespaces, tags, nodes, and all pods that are asked about.</param>
    public Reachability(PolicyInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var table = PolicyCompiler.Compile(inputs);
        _judge = new VerdictTableJudge(table);
        _senders = table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        _destinations = table.Destinations.ToDictionary(destination => destination.Workload);
    }

    /// <summary>The workload that a pod belongs to under these policies.</summary>
    /// <param name="podUid">The pod's UID; it must be one of the inputs' pods.</param>
    public WorkloadKey WorkloadOf(string podUid) => _senders[podUid].Workload;

    /// <summary>What one pod may reach of another.</summary>
    /// <param name="from">The UID of the one that asks.</param>
    /// <param name="address">Its address; null: no address block means it.</param>
    /// <param name="to">The UID of the other.</param>
    internal ImmutableArray<PortEntry> Between(string from, IPAddress? address, string to) => _judge.Allowed(_senders[to].Workload, _senders[from].Mark, address);

    /// <summary>What comes in to a pod from outside, by lines: from anywhere, and from addresses.</summary>
    /// <param name="to">Its UID.</param>
    internal IEnumerable<string> FromOutside(string to)
    {
        var destination = _destinations[_senders[to].Workload];
        var anywhere = _judge.Allowed(destination.Workload, 0, null);
        return anywhere.Select(entry => $"outside: {PortText.Of(entry.Protocol, entry.PortsOrAll)}")
            .Concat(destination.AllowedAddresses.Select(grant => $"{grant.Addresses}: {PortText.Of(grant.Protocol, grant.Ports)}"));
    }

    /// <summary>What a pod may reach outside, by lines.</summary>
    /// <param name="from">Its UID.</param>
    internal IEnumerable<string> ToOutside(string from)
    {
        var destination = _destinations[_senders[from].Workload];
        return destination.IsConfined
            ? destination.Exits.Select(exit => $"{(exit.Addresses is { } range ? range.ToString() : "outside")}: {PortText.Of(exit.Protocol, exit.Ports)}")
            : ["outside: all"];
    }
}
