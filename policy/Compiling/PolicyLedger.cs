using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>Reads policies into models, each object once: an object that is the same as last time is not looked into again.</summary>
internal sealed class PolicyLedger
{
    private readonly Dictionary<PolicyName, PolicyModel> _models = [];

    /// <summary>How many objects have been read.</summary>
    public int Reads { get; private set; }

    /// <summary>How many policies there are.</summary>
    public int Count => _models.Count;

    /// <summary>Whether a policy is only audited.</summary>
    public bool IsAudit(PolicyName name) => _models.TryGetValue(name, out var model) && model.IsAudit;

    /// <summary>Every policy as one that comes.</summary>
    public IReadOnlyCollection<PolicyChange> Everything => [.. _models.Select(model => new PolicyChange(model.Key, model.Value.Source))];

    /// <summary>How what there is differs from what there was. Nothing changes yet.</summary>
    public IReadOnlyCollection<PolicyChange> Compare(PolicyInputs inputs)
    {
        var there = new Dictionary<PolicyName, IEntity>();
        Take(PolicyKind.OverlayPolicy, inputs.Policies);
        Take(PolicyKind.NetworkPolicy, inputs.NetworkPolicies);
        Take(PolicyKind.ClusterNetworkPolicy, inputs.ClusterPolicies);
        var come = there.Where(policy => !_models.TryGetValue(policy.Key, out var model) || !ReferenceEquals(model.Source, policy.Value));
        var gone = _models.Keys.Where(name => !there.ContainsKey(name));
        return [.. come.Select(policy => new PolicyChange(policy.Key, policy.Value)), .. gone.Select(name => new PolicyChange(name, null))];

        void Take<T>(PolicyKind kind, ImmutableArray<T> policies)
            where T : class, IEntity
        {
            foreach (var policy in policies)
            {
                there[new PolicyName(kind, policy.Metadata.Key)] = policy;
            }
        }
    }

    /// <summary>Takes changes over.</summary>
    /// <returns>The models that are gone, and those that came; one that changed is in both.</returns>
    public (List<PolicyModel> Gone, List<PolicyModel> Come) Update(IReadOnlyCollection<PolicyChange> changes)
    {
        var gone = new List<PolicyModel>();
        var come = new List<PolicyModel>();
        foreach (var (name, now) in changes)
        {
            if (_models.TryGetValue(name, out var before) && ReferenceEquals(before.Source, now))
            {
                continue;
            }

            if (before is not null)
            {
                gone.Add(before);
                _models.Remove(name);
            }

            if (now is not null)
            {
                var model = PolicyReading.Read(now);
                Reads++;
                come.Add(model);
                _models.Add(name, model);
            }
        }

        return (gone, come);
    }
}
