using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>One local workload's verdicts: a function of the workload and the index, of nothing else.</summary>
internal static class DestinationCompiler
{
    /// <summary>Judges all sources' egress and the workload's ingress together.</summary>
    public static Destination Compile(LocalWorkload workload, PolicyIndex index)
    {
        var policies = index.PoliciesOf(workload).ToImmutableArray();
        var ingressIsolated = index.DefaultAction == DefaultAction.Deny || policies.Any(policy => policy.IsolatesIngress);
        var egressIsolated = policies.Any(policy => policy.IsolatesEgress);
        var ingress = Ingress(policies, index);
        var grants = new List<Grant>();
        AddUnrestricted(grants, ingress, index.Restricted);
        AddRestricted(grants, ingressIsolated ? ingress : null, Egress(workload, index));
        grants.Sort(static (left, right) => Order(left, right));
        return new Destination(workload.Key)
        {
            Pods = workload.Pods,
            IngressIsolated = ingressIsolated,
            EgressIsolated = egressIsolated,
            Grants = [.. grants],
            Exits = Exits(policies),
        };
    }

    /// <summary>What the workload's own policies let in, by source.</summary>
    private static Dictionary<GrantSource, ImmutableArray<PortEntry>> Ingress(ImmutableArray<PolicyModel> policies, PolicyIndex index)
    {
        var found = new Dictionary<GrantSource, List<PortEntry>>();
        foreach (var policy in policies)
        {
            foreach (var rule in policy.Ingress)
            {
                if (rule.Peers.IsEmpty)
                {
                    Add(found, GrantSource.Anyone, rule.Ports);
                }

                foreach (var peer in rule.Peers)
                {
                    if (peer.IsAnyPod)
                    {
                        Add(found, GrantSource.AnyPod, rule.Ports);
                        continue;
                    }

                    foreach (var tag in index.TagsOf(policy, peer))
                    {
                        Add(found, GrantSource.Of(tag), rule.Ports);
                    }
                }
            }
        }

        return found.ToDictionary(source => source.Key, source => PortEntries.Normalize(source.Value));
    }

    /// <summary>What senders' policies let them reach of the workload, by tag.</summary>
    private static Dictionary<GrantSource, List<PortEntry>> Egress(LocalWorkload workload, PolicyIndex index)
    {
        var found = new Dictionary<GrantSource, List<PortEntry>>();
        foreach (var reach in index.EgressInto(workload))
        {
            foreach (var sender in index.Senders(reach.Policy))
            {
                if (sender.Active)
                {
                    Add(found, GrantSource.Of(sender.Tag), reach.Rule.Ports);
                }
            }
        }

        return found;
    }

    /// <summary>Grants that ask nothing of the sender's side: no policy isolates it, as far as its tag tells.</summary>
    private static void AddUnrestricted(
        List<Grant> grants,
        Dictionary<GrantSource, ImmutableArray<PortEntry>> ingress,
        ImmutableSortedSet<Tag> restricted
    )
    {
        foreach (var (source, entries) in ingress)
        {
            if (source.Kind != GrantSourceKind.Tag || !restricted.Contains(source.Tag))
            {
                AddGrants(grants, source, flagged: false, entries);
            }
        }
    }

    /// <summary>Grants that both sides' policies give. Listed with the flag and without: the sender's agent may lag behind us either way.</summary>
    /// <param name="grants">Where they go.</param>
    /// <param name="ingress">What the workload lets in; null: everything.</param>
    /// <param name="egress">What senders may reach.</param>
    private static void AddRestricted(
        List<Grant> grants,
        Dictionary<GrantSource, ImmutableArray<PortEntry>>? ingress,
        Dictionary<GrantSource, List<PortEntry>> egress
    )
    {
        List<PortEntry> toAll = ingress is null
            ? []
            : [.. ingress.GetValueOrDefault(GrantSource.AnyPod, []), .. ingress.GetValueOrDefault(GrantSource.Anyone, [])];
        var toAllNormal = PortEntries.Normalize(toAll);
        foreach (var (source, entries) in egress)
        {
            var allowed = PortEntries.Normalize(entries);
            if (ingress is not null)
            {
                var accepted = ingress.TryGetValue(source, out var toTag)
                    ? toAll.Count == 0 ? toTag : PortEntries.Normalize([.. toTag, .. toAll])
                    : toAllNormal;
                allowed = PortEntries.Intersect(allowed, accepted);
            }

            AddGrants(grants, source, flagged: false, allowed);
            AddGrants(grants, source, flagged: true, allowed);
        }
    }

    private static ImmutableArray<Exit> Exits(ImmutableArray<PolicyModel> policies)
    {
        var entries = policies.SelectMany(policy => policy.Egress).Where(rule => rule.Peers.IsEmpty).SelectMany(rule => rule.Ports).ToList();
        return [.. PortEntries.Normalize(entries).Select(entry => new Exit(entry.Protocol, entry.PortsOrAll, entry.Because))];
    }

    private static void Add(Dictionary<GrantSource, List<PortEntry>> found, GrantSource source, ImmutableArray<PortEntry> ports)
    {
        if (!found.TryGetValue(source, out var entries))
        {
            found.Add(source, entries = []);
        }

        entries.AddRange(ports);
    }

    private static void AddGrants(List<Grant> grants, GrantSource source, bool flagged, ImmutableArray<PortEntry> entries)
    {
        foreach (var entry in entries)
        {
            grants.Add(new Grant(source, flagged, entry.Protocol, entry.PortsOrAll, entry.Because));
        }
    }

    private static int Order(in Grant left, in Grant right)
    {
        var order = left.Source.CompareTo(right.Source);
        if (order == 0)
        {
            order = left.Flagged.CompareTo(right.Flagged);
        }

        if (order == 0)
        {
            order = Nullable.Compare(left.Protocol, right.Protocol);
        }

        return order == 0 ? (left.Ports?.First ?? 0).CompareTo(right.Ports?.First ?? 0) : order;
    }
}
