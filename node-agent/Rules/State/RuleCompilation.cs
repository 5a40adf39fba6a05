using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>Inputs to rule state. Pure.</summary>
public static class RuleCompilation
{
    /// <summary>Joins the verdict table with the wiring of local pods.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="numbers">Each local workload's number (<see cref="GroupNumbers.Assign"/>).</param>
    public static RuleState Compile(RuleInputs inputs, IReadOnlyDictionary<WorkloadKey, uint> numbers)
    {
        var senders = inputs.Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        var rules = ImmutableArray.CreateBuilder<SenderRule>();
        foreach (var pod in inputs.Pods)
        {
            if (senders.TryGetValue(pod.Uid, out var sender))
            {
                var comment = $"{pod.Pod}, {sender.Workload}, tag {sender.Tag}{(sender.EgressIsolated ? ", egress isolated" : "")}";
                rules.AddRange(pod.Addresses.Select(address => new SenderRule(pod.Veth, pod.Mac, address, sender.Mark, comment)));
            }
        }

        var tags = (Known: inputs.Table.KnownTags.ToHashSet(), Restricted: inputs.Table.RestrictedTags.ToHashSet(), Acquainted: inputs.Table.AcquaintedTags.ToHashSet());
        var watched = inputs.Table.Watched;
        return new RuleState
        {
            Settings = inputs.Settings,
            Senders = rules.ToImmutable(),
            HostPorts = [.. inputs.Pods.SelectMany(HostPortsOf)],
            Workloads = [.. inputs.Table.Destinations.Select(destination => WorkloadOf(destination, numbers[destination.Workload], tags, watched))],
            RestrictedTags = inputs.Table.RestrictedTags,
            AcquaintedTags = inputs.Table.AcquaintedTags,
            KnownTags = inputs.Table.KnownTags,
            WatchedSenders = watched.Senders,
            Underlay = inputs.Underlay,
            OwnUnderlay = inputs.OwnUnderlay,
            Pools = inputs.Pools,
            Unmasqueraded = inputs.MasqueradeExceptions,
        };
    }

    /// <summary>One rule a family that pod and mapping have both; a mapping of a family that the pod has no address of means nothing.</summary>
    private static IEnumerable<HostPortRule> HostPortsOf(PodWiring pod) =>
        from port in pod.Ports
        from address in pod.Addresses
        where port.Concerns(address.AddressFamily)
        let any = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any
        select new HostPortRule(port.HostAddress ?? any, port.Protocol, port.HostPort, address, port.PodPort, $"{pod.Pod}");

    private static LocalWorkload WorkloadOf(Destination destination, uint number, (HashSet<Tag> Known, HashSet<Tag> Restricted, HashSet<Tag> Acquainted) tags, WatchedConnections watched) =>
        new(number, destination.Workload)
        {
            Open = destination.IsOpen,
            Free = !destination.IsConfined,
            Grants = [.. destination.Grants.Where(grant => CanHold(grant, destination, tags))],
            Particular = destination.Particular,
            Wary = destination.IsWary,
            AllowedAddresses = destination.AllowedAddresses,
            DeniedAddresses = destination.DeniedAddresses,
            Exits = destination.Exits,
            WatchedArriving = watched.Arriving.BinarySearch(destination.Workload) >= 0,
            WatchedLeaving = watched.Leaving.BinarySearch(destination.Workload) >= 0,
        };

    /// <summary>
    /// Whether any packet can meet a grant. A wary destination takes an unknown tag for tag 2 before its own grants are asked, and a restricted tag counts
    /// as flagged, an acquainted one does not; the rules may ask for the grants first, since what can not be met is left out here. Tags 0 and 1 are on no
    /// pod's packets; in the sets, 0 means outsiders.
    /// </summary>
    private static bool CanHold(in Grant grant, Destination destination, (HashSet<Tag> Known, HashSet<Tag> Restricted, HashSet<Tag> Acquainted) tags) =>
        grant.Source is not { Kind: GrantSourceKind.Tag, Tag: var tag } ? !grant.Flagged
        : !tag.IsWorkload ? tag == Tag.UnknownPod
        : grant.Flagged ? tags.Restricted.Contains(tag) || !tags.Acquainted.Contains(tag)
        : !tags.Restricted.Contains(tag) && (!destination.IsWary || tags.Known.Contains(tag));

    /// <summary>The group that each local pod's veth must carry; a pod without a verdict gets group 0, which is denied everything.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="numbers">Each local workload's number.</param>
    public static IReadOnlyDictionary<string, uint> GroupsOf(RuleInputs inputs, IReadOnlyDictionary<WorkloadKey, uint> numbers)
    {
        var senders = inputs.Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        return inputs.Pods.ToDictionary(
            pod => pod.Veth,
            pod => senders.TryGetValue(pod.Uid, out var sender) && numbers.TryGetValue(sender.Workload, out var number) ? number : 0,
            StringComparer.Ordinal
        );
    }
}
