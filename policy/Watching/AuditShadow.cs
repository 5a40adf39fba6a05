using System.Collections.Immutable;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The policies as if those that are only audited were enforced. Costs nothing while none is. Not thread-safe.</summary>
internal sealed class AuditShadow
{
    private Dictionary<OverlayPolicy, OverlayPolicy> _enforced = new(ReferenceEqualityComparer.Instance);
    private PolicyIndex? _index;

    /// <summary>The index of them; null while no policy is audited.</summary>
    public PolicyIndex? Index => _index;

    /// <summary>Takes over what is there now.</summary>
    public void Update(PolicyInputs inputs)
    {
        var enforced = new Dictionary<OverlayPolicy, OverlayPolicy>(ReferenceEqualityComparer.Instance);
        foreach (var policy in inputs.Policies.Where(policy => policy.Spec?.Mode == PolicyMode.Audit))
        {
            // The same object each time for the same policy: that is how the index tells what has changed.
            enforced.Add(policy, _enforced.GetValueOrDefault(policy) ?? policy with { Spec = policy.Spec with { Mode = PolicyMode.Enforce } });
        }

        _enforced = enforced;
        if (enforced.Count == 0)
        {
            _index = null;
            return;
        }

        if (_index is null || _index.IsWornOut)
        {
            _index = new PolicyIndex();
        }

        try
        {
            _index.Update(inputs with { Policies = [.. inputs.Policies.Select(policy => enforced.GetValueOrDefault(policy, policy))] });
        }
        catch
        {
            // The changes may have been taken over in part, and would not be heard of again.
            _index = null;
            throw;
        }
    }
}
