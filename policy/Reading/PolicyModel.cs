using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>When a policy is judged.</summary>
internal enum Tier
{
    /// <summary>First: ClusterNetworkPolicy of the Admin tier.</summary>
    Admin,

    /// <summary>Then: NetworkPolicy and OverlayPolicy, each of its namespace.</summary>
    Namespaced,

    /// <summary>Last, where no namespaced policy isolates: ClusterNetworkPolicy of the Baseline tier.</summary>
    Baseline,
}

/// <summary>A policy as the compiler sees it, whatever kind of object it was.</summary>
/// <param name="Name">Its kind, namespace and name.</param>
/// <param name="Tier">When it is judged.</param>
/// <param name="Subject">The pods that it speaks for; null: none (its subject can't be told).</param>
/// <param name="Source">The object that it was read from.</param>
internal sealed record PolicyModel(PolicyName Name, Tier Tier, PodPeer? Subject, IEntity Source)
{
    private ImmutableArray<PolicyRule> _ingress = [];
    private bool _hasIngress;

    /// <summary>Its place in its tier: lower is judged earlier. Namespaced policies have none: all are judged together.</summary>
    public int Priority { get; init; }

    /// <summary>Whether its pods accept only what some namespaced policy grants.</summary>
    public bool IsolatesIngress { get; init; }

    /// <summary>Whether its pods reach only what some namespaced policy grants.</summary>
    public bool IsolatesEgress { get; init; }

    /// <summary>Rules on connections to its pods; in order, where there is a priority.</summary>
    public ImmutableArray<PolicyRule> Ingress
    {
        get => _ingress.IsDefault ? _ingress = PolicyReading.Read(Source)._ingress : _ingress;
        init
        {
            _ingress = value;
            _hasIngress = !value.IsEmpty;
            SelectsNamespaces |= SelectNamespaces(value);
        }
    }

    /// <summary>Rules on connections from its pods; in order, where there is a priority.</summary>
    public ImmutableArray<PolicyRule> Egress
    {
        get;
        init
        {
            field = value;
            SelectsNamespaces |= SelectNamespaces(value);
        }
    } = [];

    /// <summary>Whether a rule means pods of namespaces with some labels, so that it can mean others when namespaces change.</summary>
    public bool SelectsNamespaces { get; private init; }

    /// <summary>Whether it is only judged and reported.</summary>
    public bool IsAudit { get; init; }

    /// <summary>Whether somebody wants to hear of connections that it speaks of though they are allowed.</summary>
    public bool IsWatching => Subject is not null && (WatchesIngress || WatchesEgress);

    /// <summary>Whether that holds of connections to its pods.</summary>
    public bool WatchesIngress => (IsAudit && ConcernsIngress) || Ingress.Any(rule => rule.Log);

    /// <summary>Whether that holds of connections from its pods.</summary>
    public bool WatchesEgress => (IsAudit && ConcernsEgress) || Egress.Any(rule => rule.Log);

    /// <summary>The namespace that it lives in; empty for a cluster's policy.</summary>
    public string Namespace => Name.Key.Namespace ?? "";

    /// <summary>Whether it says anything of connections from its pods.</summary>
    public bool ConcernsEgress => IsolatesEgress || !Egress.IsEmpty;

    /// <summary>Whether it says anything of connections to its pods.</summary>
    public bool ConcernsIngress => IsolatesIngress || _hasIngress;

    /// <summary>
    /// Lets go of the rules on connections to its pods: most policies speak for pods of other nodes, and nobody here asks for these rules again. Who does has them read anew.
    /// </summary>
    public void Rest() => _ingress = _hasIngress && !IsWatching ? default : _ingress;

    private static bool SelectNamespaces(ImmutableArray<PolicyRule> rules) => rules.Any(rule => rule.Pods.Any(peer => peer.Namespace is null));
}
