using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>Reads policies into models, each object once: an object that is the same as last time is not looked into again.</summary>
internal sealed class PolicyLedger
{
    private readonly SelectorPool _selectors = new();
    private readonly NamespacedPolicyReader _namespaced;
    private readonly ClusterPolicyReader _cluster;
    private readonly Dictionary<PolicyName, Entry> _entries = [];
    private int _round;

    public PolicyLedger()
    {
        _namespaced = new NamespacedPolicyReader(_selectors);
        _cluster = new ClusterPolicyReader(_selectors);
    }

    /// <summary>How many objects have been read; selectors of all of them are kept.</summary>
    public int Reads { get; private set; }

    /// <summary>How many policies there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Takes over what is there now.</summary>
    /// <returns>The models that are gone, and those that came; one that changed is in both.</returns>
    public (List<PolicyModel> Gone, List<PolicyModel> Come) Update(PolicyInputs inputs)
    {
        _round++;
        var gone = new List<PolicyModel>();
        var come = new List<PolicyModel>();
        Take(PolicyKind.OverlayPolicy, inputs.Policies, policy => _namespaced.Read(policy).Model, gone, come);
        Take(PolicyKind.NetworkPolicy, inputs.NetworkPolicies, policy => _namespaced.Read(policy).Model, gone, come);
        Take(PolicyKind.ClusterNetworkPolicy, inputs.ClusterPolicies, policy => _cluster.Read(policy).Model, gone, come);
        foreach (var (name, entry) in _entries)
        {
            if (entry.Round != _round)
            {
                gone.Add(entry.Model);
                _entries.Remove(name);
            }
        }

        return (gone, come);
    }

    private void Take<T>(PolicyKind kind, ImmutableArray<T> policies, Func<T, PolicyModel> read, List<PolicyModel> gone, List<PolicyModel> come)
        where T : class, IEntity
    {
        foreach (var policy in policies)
        {
            var name = new PolicyName(kind, policy.Metadata.Key);
            if (_entries.TryGetValue(name, out var entry) && ReferenceEquals(entry.Source, policy))
            {
                entry.Round = _round;
                continue;
            }

            var model = read(policy);
            Reads++;
            if (entry is not null)
            {
                gone.Add(entry.Model);
            }

            come.Add(model);
            _entries[name] = new Entry(policy, model) { Round = _round };
        }
    }

    private sealed class Entry(object source, PolicyModel model)
    {
        public object Source => source;
        public PolicyModel Model => model;
        public int Round { get; set; }
    }
}
