using System.Collections.Immutable;
using Overlay.Api.Wire;
using Overlay.Netlink.NfTables;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>A local workload's elements: who may reach it, what it may reach outside. Pure.</summary>
internal static class WorkloadElements
{
    /// <summary>The elements, each identity once. All keys begin with the workload's group, so no two workloads meet in one element.</summary>
    internal static ImmutableArray<PlacedElement> Of(LocalWorkload workload)
    {
        var name = GroupNumbers.NameOf(workload.Workload);
        var found = new Dictionary<(string, NfValue, NfValue?), PlacedElement>();
        Add(found, ElementSet.Workloads, Group(workload), name);
        if (workload.Open)
        {
            Add(found, ElementSet.Open, Group(workload), name);
        }

        if (workload.Free)
        {
            Add(found, ElementSet.Free, Group(workload), name);
        }

        AddGrants(found, workload);
        AddExits(found, workload);
        return [.. found.Values];
    }

    /// <summary>
    /// The marks that a grant's source can have, as the rules look them up: a tag with its flag (mask 0xffff0200), or a kind (mask 0xa00).
    /// "Anyone" is two kinds, since a pod is looked up as a pod.
    /// </summary>
    internal static IEnumerable<uint> MarksOf(Grant grant) =>
        grant.Source.Kind switch
        {
            GrantSourceKind.Tag => [((uint)grant.Source.Tag.Value << NodeMark.TagShift) | (grant.Flagged ? NodeMark.EgressIsolated : 0)],
            GrantSourceKind.AnyPod => [NodeMark.AnyPod],
            GrantSourceKind.Outsider => [0],
            _ => [0, NodeMark.AnyPod],
        };

    private static void AddGrants(Dictionary<(string, NfValue, NfValue?), PlacedElement> found, LocalWorkload workload)
    {
        var ranges = new List<(uint Mark, byte Protocol, PortRange Ports, string Because)>();
        foreach (var grant in workload.Grants)
        {
            var because = grant.Because.ToString();
            foreach (var mark in MarksOf(grant))
            {
                if (grant.Protocol is not { } protocol)
                {
                    Add(found, ElementSet.GrantsAll, Group(workload).Mark(mark), because);
                }
                else if (grant.Ports is not { } ports)
                {
                    Add(found, ElementSet.GrantsProtocol, Group(workload).Mark(mark).Protocol(protocol.Number()), because);
                }
                else if (ports.IsSingle)
                {
                    Add(found, ElementSet.Grants, Group(workload).Mark(mark).Protocol(protocol.Number()).Port(ports.First), because);
                }
                else
                {
                    ranges.Add((mark, protocol.Number(), ports, because));
                }
            }
        }

        foreach (var one in ranges.GroupBy(range => (range.Mark, range.Protocol)))
        {
            foreach (var (ports, because) in PortUnion.Of(one.Select(range => (range.Ports, range.Because))))
            {
                Add(found, ElementSet.GrantsRanges, port => Group(workload).Mark(one.Key.Mark).Protocol(one.Key.Protocol).Port(port), ports, because);
            }
        }
    }

    private static void AddExits(Dictionary<(string, NfValue, NfValue?), PlacedElement> found, LocalWorkload workload)
    {
        var ranges = new List<(byte Protocol, PortRange Ports, string Because)>();
        foreach (var exit in workload.Exits)
        {
            var because = exit.Because.ToString();
            if (exit.Protocol is not { } protocol)
            {
                Add(found, ElementSet.ExitsAll, Group(workload), because);
            }
            else if (exit.Ports is not { } ports)
            {
                Add(found, ElementSet.ExitsProtocol, Group(workload).Protocol(protocol.Number()), because);
            }
            else if (ports.IsSingle)
            {
                Add(found, ElementSet.Exits, Group(workload).Protocol(protocol.Number()).Port(ports.First), because);
            }
            else
            {
                ranges.Add((protocol.Number(), ports, because));
            }
        }

        foreach (var one in ranges.GroupBy(range => range.Protocol))
        {
            foreach (var (ports, because) in PortUnion.Of(one.Select(range => (range.Ports, range.Because))))
            {
                Add(found, ElementSet.ExitsRanges, port => Group(workload).Protocol(one.Key).Port(port), ports, because);
            }
        }
    }

    private static KeyBuilder Group(LocalWorkload workload) => new KeyBuilder().DeviceGroup(workload.Group);

    private static void Add(Dictionary<(string, NfValue, NfValue?), PlacedElement> found, ElementSet set, KeyBuilder key, string comment) =>
        Add(found, new PlacedElement(set, new SetElement(key.Build()) { Comment = Comment.Of(comment) }));

    private static void Add(
        Dictionary<(string, NfValue, NfValue?), PlacedElement> found,
        ElementSet set,
        Func<ushort, KeyBuilder> key,
        PortRange ports,
        string comment
    ) => Add(found, new PlacedElement(set, new SetElement(key(ports.First).Build()) { KeyEnd = key(ports.Last).Build(), Comment = Comment.Of(comment) }));

    private static void Add(Dictionary<(string, NfValue, NfValue?), PlacedElement> found, PlacedElement element) => found.TryAdd(element.Identity, element);
}
