using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Counts which policies use which label keys where, as policies come and go; <see cref="KeysInForce"/> tells what counts.</summary>
internal sealed class KeyLedger(NamespaceIndex namespaces)
{
    private readonly UseCounts<string> _everywhere = new();
    private readonly UseCounts<(string Namespace, string Key)> _inOne = new();
    private readonly UseCounts<(Selector Namespaces, string Key)> _bySelector = new();

    /// <summary>A policy came.</summary>
    public void Add(PolicyModel policy) => Count(policy, come: true);

    /// <summary>A policy went.</summary>
    public void Remove(PolicyModel policy) => Count(policy, come: false);

    /// <summary>The keys in force in every namespace, some of them more than once.</summary>
    /// <param name="workloadLabels">The configured keys.</param>
    public IEnumerable<string> Everywhere(IEnumerable<string> workloadLabels) => workloadLabels.Concat(_everywhere.Used);

    /// <summary>The keys in force in single namespaces, some of them more than once.</summary>
    /// <param name="only">The namespaces that are asked for: what that costs does not grow with the others. Null: all.</param>
    public IEnumerable<(string Namespace, string Key)> Local(IReadOnlySet<string>? only = null) =>
        _inOne
            .Used.Where(use => only is null || only.Contains(use.Namespace))
            .Concat(_bySelector.Used.SelectMany(use => Selected(use.Namespaces, only).Select(name => (name, use.Key))));

    /// <summary>The keys in force in some namespaces, each list sorted (ordinal).</summary>
    /// <param name="workloadLabels">The configured keys.</param>
    /// <param name="names">The namespaces.</param>
    public Dictionary<string, ImmutableArray<string>> In(IEnumerable<string> workloadLabels, IReadOnlySet<string> names)
    {
        var everywhere = Everywhere(workloadLabels).ToList();
        var local = Local(names).ToLookup(use => use.Namespace, use => use.Key, StringComparer.Ordinal);
        return names.ToDictionary(
            name => name,
            name => everywhere.Concat(local[name]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray(),
            StringComparer.Ordinal
        );
    }

    private IEnumerable<string> Selected(Selector selector, IReadOnlySet<string>? only) =>
        only is null ? namespaces.Selected(selector) : only.Where(name => namespaces.Selects(selector, name));

    private void Count(PolicyModel policy, bool come)
    {
        foreach (var peer in Peers(policy))
        {
            foreach (var key in peer.Pods.Keys)
            {
                if (peer.Namespace is { } only)
                {
                    Count(_inOne, (only, key));
                }
                else if (peer.Namespaces.IsEverything)
                {
                    Count(_everywhere, key);
                }
                else
                {
                    Count(_bySelector, (peer.Namespaces, key));
                }
            }
        }

        void Count<T>(UseCounts<T> counts, T use)
            where T : notnull
        {
            if (come)
            {
                counts.Add(use);
            }
            else
            {
                counts.Remove(use);
            }
        }
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
