using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Policies;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>Gathers what the rules are made from, compiles the policies, and says why by what was compiled last. Thread-safe.</summary>
internal sealed class RuleGathering : IFlowJudge, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ClusterCaches _caches;
    private readonly Func<IReadOnlyList<Attachment>> _attachments;
    private readonly NodeView _view;
    private readonly PolicyFeed _feed;
    private readonly TableCompiler _compiler = new();
    private readonly LocalPods _pods;

    /// <summary>An attachment never changes, it is replaced: what follows from it is worked out once.</summary>
    private readonly ConditionalWeakTable<Attachment, PodWiring> _wirings = [];

    /// <summary>Follows the caches from here on.</summary>
    /// <param name="caches">The cluster's objects.</param>
    /// <param name="attachments">The wired pods.</param>
    /// <param name="view">What the objects mean for this node.</param>
    public RuleGathering(ClusterCaches caches, Func<IReadOnlyList<Attachment>> attachments, NodeView view)
    {
        (_caches, _attachments, _view) = (caches, attachments, view);
        _feed = new PolicyFeed(caches);
        _pods = new LocalPods(caches.FindPod);
    }

    /// <summary>The inputs as of now; null while not everything has been listed.</summary>
    public GatheredRules? Gather()
    {
        if (!_caches.HaveSynced || _view.Read().Network is not { } node)
            return null;
        lock (_lock)
            return Gather(node);
    }

    /// <inheritdoc />
    public Endpoint? PodBehind(Tag tag)
    {
        lock (_lock)
            return _compiler.Explainer.PodBehind(tag);
    }

    /// <inheritdoc />
    public Explanation Explain(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port)
    {
        lock (_lock)
            return _compiler.Explainer.Explain(source, destination, protocol, port);
    }

    /// <inheritdoc />
    public Explanation? Audit(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port)
    {
        lock (_lock)
            return _compiler.AuditExplainer?.Explain(source, destination, protocol, port);
    }

    /// <inheritdoc />
    public void Dispose() => _feed.Dispose();

    private GatheredRules Gather(NodeNetwork node)
    {
        var wired = _attachments();
        var pods = _pods.Of(wired);
        var (tagsVersion, applied) = Versions();
        return new GatheredRules(
            new RuleInputs
            {
                Settings = node.RuleSettings,
                Table = Compile(node.Settings, wired, [.. pods, .. LocalPods.Expected(_caches.Pods.Snapshot(), wired, [.. node.VtepAddresses])]),
                Pods = [.. wired.Select(a => _wirings.GetValue(a, made => PodWire.Of(made, 0).ToWiring(made)))],
                Underlay = node.Underlay,
                OwnUnderlay = node.OwnUnderlay,
                Pools = node.Pools,
                MasqueradeExceptions = node.MasqueradeExceptions,
            },
            tagsVersion,
            applied
        )
        {
            Pods = pods,
        };
    }

    private VerdictTable Compile(OverlayNetworkSpec settings, IReadOnlyList<Attachment> wired, ImmutableArray<LocalPod> pods)
    {
        try
        {
            return _compiler.Follow(_feed.Changes(wired.Select(a => a.PodNamespace).ToHashSet(StringComparer.Ordinal), pods, settings));
        }
        catch
        {
            // What was handed over may have been taken over in part.
            _feed.Restart();
            throw;
        }
    }

    /// <summary>Up to which state of tags and policies this pass takes everything in: asked first, so that nothing is claimed which has not been told yet.</summary>
    private (string? Tags, AppliedPolicies Policies) Versions()
    {
        var tags = _caches.Tags.NewestVersion;
        var policies = AppliedPolicies
            .None.With(OverlayPolicy.Definition.Plural, _caches.Policies.NewestVersion)
            .With(NetworkPolicy.Definition.Plural, _caches.NetworkPolicies.NewestVersion)
            .With(ClusterNetworkPolicy.Definition.Plural, _caches.ClusterPolicies.NewestVersion);
        _caches.WaitUntilTold();
        return (tags?.ToString(System.Globalization.CultureInfo.InvariantCulture), policies);
    }
}
