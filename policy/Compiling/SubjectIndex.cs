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

    /// <summary>A policy came; false: it is there.</summary>
    public bool Add(PolicyModel policy)
    {
        if (policy.Subject!.Value.Namespace is not { } ns)
        {
            if (!_across.Add(policy))
            {
                return false;
            }

            foreach (var (_, built) in _built.Where(built => namespaces.Selects(policy.Subject!.Value.Namespaces, built.Key)))
            {
                built.Add(policy.Subject!.Value.Pods, policy);
            }

            return true;
        }

        if (!_inOne.TryGetValue(ns, out var policies))
        {
            _inOne.Add(ns, policies = new(ReferenceEqualityComparer.Instance));
        }

        if (!policies.Add(policy))
        {
            return false;
        }

        if (_built.TryGetValue(ns, out var subjects))
        {
            subjects.Add(policy.Subject!.Value.Pods, policy);
        }

        return true;
    }

    /// <summary>A policy went; false: it was not there.</summary>
    public bool Remove(PolicyModel policy)
    {
        if (policy.Subject!.Value.Namespace is not { } ns)
        {
            foreach (var built in _built.Values)
            {
                built.Remove(policy.Subject!.Value.Pods, policy);
            }

            return _across.Remove(policy);
        }

        if (!_inOne.TryGetValue(ns, out var policies) || !policies.Remove(policy))
        {
            return false;
        }

        if (policies.Count == 0)
        {
            _inOne.Remove(ns);
        }

        if (_built.TryGetValue(ns, out var subjects))
        {
            subjects.Remove(policy.Subject!.Value.Pods, policy);
        }

        return true;
    }

    /// <summary>The policies that speak for some pods, in the order of judgement.</summary>
    public List<PolicyModel> Of(string ns, IReadOnlyDictionary<string, string> labels)
    {
        var found = Find(ns, labels).ToHashSet(ReferenceEqualityComparer.Instance).Cast<PolicyModel>().ToList();
        found.Sort(PolicyOrder.Instance);
        return found;
    }

    /// <summary>The policies that speak for some pods, in no order, some perhaps more than once.</summary>
    public IEnumerable<PolicyModel> Find(string ns, IReadOnlyDictionary<string, string> labels)
    {
        if (!_built.TryGetValue(ns, out var subjects))
        {
            _built.Add(ns, subjects = new());
            foreach (var policy in In(ns).Concat(_across.Where(policy => namespaces.Selects(policy.Subject!.Value.Namespaces, ns))))
            {
                subjects.Add(policy.Subject!.Value.Pods, policy);
            }
        }

        return subjects.Find(labels);
    }
}
