namespace Overlay.Policy;

/// <summary>Which policies speak for pods with some labels. Built for a namespace when it is first asked for, and kept from then on.</summary>
internal sealed class SubjectIndex(NamespaceIndex namespaces)
{
    private readonly Dictionary<string, HashSet<PolicyModel>> _inOne = new(StringComparer.Ordinal);
    private readonly HashSet<PolicyModel> _across = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SelectorIndex<PolicyModel>> _built = new(StringComparer.Ordinal);

    /// <summary>Policies of many namespaces, in no order.</summary>
    public IReadOnlyCollection<PolicyModel> Across => _across;

    /// <summary>Policies of one namespace, in no order.</summary>
    public IReadOnlyCollection<PolicyModel> In(string ns) => _inOne.TryGetValue(ns, out var policies) ? policies : [];

    /// <summary>A policy came.</summary>
    public void Add(PolicyModel policy)
    {
        if (policy.Subject!.Value.Namespace is not { } ns)
        {
            _across.Add(policy);
            foreach (var (_, built) in _built.Where(built => namespaces.Selects(policy.Subject!.Value.Namespaces, built.Key)))
            {
                built.Add(policy.Subject!.Value.Pods, policy);
            }

            return;
        }

        if (!_inOne.TryGetValue(ns, out var policies))
        {
            _inOne.Add(ns, policies = new(ReferenceEqualityComparer.Instance));
        }

        policies.Add(policy);
        if (_built.TryGetValue(ns, out var subjects))
        {
            subjects.Add(policy.Subject!.Value.Pods, policy);
        }
    }

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy)
    {
        if (policy.Subject!.Value.Namespace is not { } ns)
        {
            _across.Remove(policy);
            foreach (var built in _built.Values)
            {
                built.Remove(policy.Subject!.Value.Pods, policy);
            }
        }
        else if (_inOne.TryGetValue(ns, out var policies))
        {
            policies.Remove(policy);
            if (_built.TryGetValue(ns, out var subjects))
            {
                subjects.Remove(policy.Subject!.Value.Pods, policy);
            }
        }
    }

    /// <summary>The policies that speak for some pods, in the order of judgement.</summary>
    public List<PolicyModel> Of(string ns, IReadOnlyDictionary<string, string> labels)
    {
        if (!_built.TryGetValue(ns, out var subjects))
        {
            _built.Add(ns, subjects = new());
            foreach (var policy in In(ns).Concat(_across.Where(policy => namespaces.Selects(policy.Subject!.Value.Namespaces, ns))))
            {
                subjects.Add(policy.Subject!.Value.Pods, policy);
            }
        }

        var found = subjects.Find(labels).ToHashSet(ReferenceEqualityComparer.Instance).Cast<PolicyModel>().ToList();
        found.Sort(PolicyOrder.Instance);
        return found;
    }
}
