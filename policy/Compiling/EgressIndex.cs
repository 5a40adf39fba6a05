namespace Overlay.Policy;

/// <summary>Which egress rules of the cluster mean pods with some labels, or an address. Kept for the namespaces that have been asked for.</summary>
internal sealed class EgressIndex(NamespaceIndex namespaces)
{
    private readonly HashSet<PolicyModel> _policies = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SelectorIndex<EgressReach>> _into = new(StringComparer.Ordinal);
    private readonly HashSet<EgressReach> _withBlocks = [];

    /// <summary>A policy came.</summary>
    public void Add(PolicyModel policy)
    {
        if (policy.Egress.IsEmpty)
        {
            return;
        }

        _policies.Add(policy);
        foreach (var rule in policy.Egress.Where(rule => !rule.Blocks.IsEmpty))
        {
            _withBlocks.Add(new EgressReach(policy, rule));
        }

        foreach (var (ns, into) in _into)
        {
            foreach (var (selector, reach) in Into(policy, ns))
            {
                into.Add(selector, reach);
            }
        }
    }

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy)
    {
        if (!_policies.Remove(policy))
        {
            return;
        }

        foreach (var rule in policy.Egress.Where(rule => !rule.Blocks.IsEmpty))
        {
            _withBlocks.Remove(new EgressReach(policy, rule));
        }

        foreach (var (ns, into) in _into)
        {
            foreach (var (selector, reach) in Into(policy, ns))
            {
                into.Remove(selector, reach);
            }
        }
    }

    /// <summary>The rules that mean a local workload by what its pods are, or by their addresses.</summary>
    public IEnumerable<EgressReach> Of(LocalWorkload workload)
    {
        if (!_into.TryGetValue(workload.Namespace, out var into))
        {
            _into.Add(workload.Namespace, into = new());
            foreach (var (selector, reach) in _policies.SelectMany(policy => Into(policy, workload.Namespace)))
            {
                into.Add(selector, reach);
            }
        }

        var byAddress = _withBlocks.Where(reach => reach.Rule.Blocks.Any(block => workload.Addresses.Any(block.Contains)));
        return into.Find(workload.Labels).Concat(byAddress).Distinct();
    }

    private IEnumerable<(Selector Pods, EgressReach Reach)> Into(PolicyModel policy, string ns)
    {
        foreach (var rule in policy.Egress)
        {
            if (rule.MeansAnyone)
            {
                yield return (Selector.Everything, new EgressReach(policy, rule));
            }

            foreach (var peer in rule.Pods.Where(peer => namespaces.Means(peer, ns)))
            {
                yield return (peer.Pods, new EgressReach(policy, rule));
            }
        }
    }
}
