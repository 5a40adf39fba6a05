using System.Collections.Immutable;
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

        return new RuleState
        {
            Settings = inputs.Settings,
            Senders = rules.ToImmutable(),
            Workloads =
            [
                .. inputs.Table.Destinations.Select(destination => new LocalWorkload(numbers[destination.Workload], destination.Workload)
                {
                    Open = destination.IsOpen,
                    Free = !destination.IsConfined,
                    Grants = [.. Enforceable(destination)],
                    Exits = [.. destination.Exits.Where(exit => exit.Addresses is null && !IsIcmpPart(exit.Protocol, exit.Ports))],
                }),
            ],
            RestrictedTags = inputs.Table.RestrictedTags,
            Underlay = inputs.Underlay,
            Pools = inputs.Pools,
            Unmasqueraded = inputs.MasqueradeExceptions,
        };
    }

    /// <summary>What the look-ups of the rules can say so far. What they can't say is left out: it stays denied.</summary>
    private static IEnumerable<Grant> Enforceable(Destination destination)
    {
        var byKind = destination is { IsWary: false, Particular.IsEmpty: true, DeniedAddresses.IsEmpty: true };
        return destination.Grants.Where(grant =>
            grant is { Family: null, Standing: not GrantStanding.Conditional }
            && (grant.Standing == GrantStanding.Firm || destination.DeniedAddresses.IsEmpty)
            && (byKind || grant.Source.Kind == GrantSourceKind.Tag)
            && !IsIcmpPart(grant.Protocol, grant.Ports)
        );
    }

    private static bool IsIcmpPart(IpProtocol? protocol, PortRange? ports) => protocol == IpProtocol.Other || (protocol is { } named && named.IsIcmp() && ports is not null);

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
