using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>The policies as if those that are only audited were enforced. Costs nothing while none is. Not thread-safe.</summary>
internal sealed class AuditShadow
{
    private readonly Dictionary<PolicyName, OverlayPolicy> _enforced = [];

    /// <summary>The index of them; null while no policy is audited.</summary>
    public PolicyIndex? Index { get; private set; }

    /// <summary>Takes changes over.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="index">The policies as they are, the changes among them.</param>
    public void Update(InputChanges changes, PolicyIndex index)
    {
        foreach (var (name, now) in changes.Policies)
        {
            _enforced.Remove(name);
            if (now is OverlayPolicy audited && index.IsAudit(name))
            {
                _enforced.Add(name, audited with { Spec = audited.Spec with { Mode = PolicyMode.Enforce } });
            }
        }

        if (_enforced.Count == 0)
        {
            Index = null;
            return;
        }

        if (Index is null or { IsWornOut: true })
        {
            Index = new PolicyIndex();
            changes = index.Everything(changes.Now);
        }

        Index.Update(changes with { Policies = [.. changes.Policies.Select(change => _enforced.TryGetValue(change.Name, out var enforced) ? change with { Now = enforced } : change)] });
    }
}
