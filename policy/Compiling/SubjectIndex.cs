namespace Overlay.Policy;

/// <summary>Which policies speak for pods with some labels. Built for a namespace when it is first asked for; forgotten when a policy of it changes.</summary>
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
            _built.Clear();
            return;
        }

        if (!_inOne.TryGetValue(ns, out var policies))
        {
            _inOne.Add(ns, policies = new(ReferenceEqualityComparer.Instance));
        }

        policies.Add(policy);
        _built.Remove(ns);
    }

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy)
    {
        if (policy.Subject!.Value.Namespace is not { } ns)
        {
            _across.Remove(policy);
            _built.Clear();
        }
        else if (_inOne.TryGetValue(ns, out var policies))
        {
            policies.Remove(policy);
            _built.Remove(ns);
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
