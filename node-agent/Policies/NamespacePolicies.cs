using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Policies;

/// <summary>
/// The policies in force: those that are there, and those that vanished with a namespace that is being deleted, as long as pods of it
/// still run here (CVE-2024-7598: policies may go before the pods do).
/// </summary>
/// <typeparam name="T">A kind of policy that lives in namespaces.</typeparam>
internal sealed class NamespacePolicies<T>
    where T : class, IEntity
{
    private Dictionary<ObjectKey, T> _last = [];

    /// <summary>Takes over what is there now.</summary>
    /// <param name="present">All policies.</param>
    /// <param name="inhabited">Namespaces that local pods are of.</param>
    /// <param name="namespaces">All namespaces.</param>
    public ImmutableArray<T> InForce(IReadOnlyCollection<T> present, IReadOnlySet<string> inhabited, IEntityCache<Namespace> namespaces)
    {
        var now = present.ToDictionary(p => p.Metadata.Key);
        foreach (var (key, policy) in _last)
        {
            if (inhabited.Contains(key.Namespace!) && IsEnding(key.Namespace!, namespaces))
                now.TryAdd(key, policy);
        }

        _last = now;
        return [.. now.Values];
    }

    private static bool IsEnding(string ns, IEntityCache<Namespace> namespaces) =>
        namespaces.Find(new ObjectKey(null, ns)) is not { Metadata.DeletionTimestamp: null };
}
