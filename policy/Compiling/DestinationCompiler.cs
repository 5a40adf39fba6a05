using System.Net;
using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>One local workload's verdicts: a function of the workload and the index, of nothing else.</summary>
internal static class DestinationCompiler
{
    /// <summary>Judges all sources' egress and the workload's ingress together.</summary>
    public static Destination Compile(LocalWorkload workload, PolicyIndex index)
    {
        var policies = index.PoliciesOf(workload.Namespace, workload.Labels);
        var ingress = new IngressFrom(index, workload, TierRules.Of([.. policies.Where(policy => policy.ConcernsIngress)], ingress: true));
        var exits = ExitCompiler.Compile(TierRules.Of([.. policies.Where(policy => policy.ConcernsEgress)], ingress: false), index);
        var into = index.EgressInto(workload).ToList();
        var candidates = Candidates(index, ingress, into);
        var grants = new GrantList(!ingress.Addresses.Denied.IsEmpty);
        foreach (var (family, address) in Families(workload, into))
        {
            SourceJudgement.Judge(index, ingress, new EgressTowards(index, workload, address), candidates, family, grants);
        }

        return new Destination(workload.Key)
        {
            Pods = workload.Pods,
            IsOpen = grants.IsOpen,
            IsConfined = exits is not null,
            Grants = grants.Grants(),
            Particular = grants.IsOpen ? [] : grants.Particular,
            IsWary = grants.IsWary,
            AllowedAddresses = ingress.Addresses.Allowed,
            DeniedAddresses = ingress.Addresses.Denied,
            Exits = exits ?? [],
        };
    }

    /// <summary>Each family by itself where a sender's rules name addresses and the pods have both kinds; else both at once.</summary>
    private static IEnumerable<(AddressFamily? Family, IPAddress? Address)> Families(LocalWorkload workload, List<EgressReach> into)
    {
        var addresses = workload.Addresses.DistinctBy(address => address.AddressFamily).ToList();
        return addresses.Count > 1 && into.Any(reach => !reach.Rule.Blocks.IsEmpty)
            ? addresses.Select(address => ((AddressFamily?)address.AddressFamily, (IPAddress?)address))
            : [(null, addresses.FirstOrDefault())];
    }

    /// <summary>The tags that may be judged otherwise here than pods at large.</summary>
    private static HashSet<Tag> Candidates(PolicyIndex index, IngressFrom ingress, List<EgressReach> into)
    {
        var found = ingress.Told().Select(tag => tag.Tag).ToHashSet();
        var senders = index.Senders;
        found.UnionWith(senders.Everywhere);
        foreach (var (policy, rule) in into)
        {
            var all = policy.Subject!.Value.IsAnyPod;
            if (rule.Effect == RuleEffect.Allow && all)
            {
                found.UnionWith(senders.Restricted);
            }

            if (!all)
            {
                found.UnionWith(index.Meant(policy.Subject!.Value).Select(tag => tag.Tag));
            }
        }

        if (!senders.Everybody.IsNone)
        {
            found.UnionWith(senders.Acquainted);
        }

        return found;
    }
}
