using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>The label keys in force as policies come and go: what <see cref="KeysInForce"/> says, for the namespaces that are asked for.</summary>
internal sealed class KeyLedger(NamespaceIndex namespaces)
{
    private readonly UseCounts<string> _everywhere = new();
    private readonly UseCounts<(string Namespace, string Key)> _inOne = new();
    private readonly UseCounts<(Selector Namespaces, string Key)> _bySelector = new();

    /// <summary>A policy came.</summary>
    public void Add(PolicyModel policy)
    {
        foreach (var peer in Peers(policy))
        {
            foreach (var key in peer.Pods.Keys)
            {
                if (peer.Namespace is { } only)
                {
                    _inOne.Add((only, key));
                }
                else if (peer.Namespaces.IsEverything)
                {
                    _everywhere.Add(key);
                }
                else
                {
                    _bySelector.Add((peer.Namespaces, key));
                }
            }
        }
    }

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy)
    {
        foreach (var peer in Peers(policy))
        {
            foreach (var key in peer.Pods.Keys)
            {
                if (peer.Namespace is { } only)
                {
                    _inOne.Remove((only, key));
                }
                else if (peer.Namespaces.IsEverything)
                {
                    _everywhere.Remove(key);
                }
                else
                {
                    _bySelector.Remove((peer.Namespaces, key));
                }
            }
        }
    }

    /// <summary>The keys in force in some namespaces, each list sorted (ordinal).</summary>
    /// <param name="workloadLabels">The configured keys.</param>
    /// <param name="names">The namespaces.</param>
    public Dictionary<string, ImmutableArray<string>> In(IEnumerable<string> workloadLabels, IReadOnlySet<string> names)
    {
        var everywhere = workloadLabels.Concat(_everywhere.Used).ToList();
        var local = _inOne.Used.Where(use => names.Contains(use.Namespace)).ToLookup(use => use.Namespace, use => use.Key, StringComparer.Ordinal);
        return names.ToDictionary(
            name => name,
            name =>
                everywhere
                    .Concat(local[name])
                    .Concat(_bySelector.Used.Where(use => namespaces.Selects(use.Namespaces, name)).Select(use => use.Key))
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .ToImmutableArray(),
            StringComparer.Ordinal
        );
    }

    private static IEnumerable<PodPeer> Peers(PolicyModel policy)
    {
        if (policy.Subject is { } subject)
        {
            yield return subject;
        }

        foreach (var rule in policy.Ingress.Concat(policy.Egress))
        {
            foreach (var peer in rule.Pods)
            {
                yield return peer;
            }
        }
    }
}
