using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Reads ClusterNetworkPolicy into the compiler's model.</summary>
/// <remarks>
/// What can't be read fails closed rule by rule, as the API's authors ask: an Accept then matches nothing, a Deny or Pass denies everything
/// (network-policy-api, ClusterNetworkPolicyIngressPeer). A policy whose subject names nothing that is known here speaks for no pod, since nobody can
/// tell for which.
/// </remarks>
internal static class ClusterPolicyReader
{
    private const int LastPriority = 1000;

    /// <summary>Reads one policy.</summary>
    public static (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(ClusterNetworkPolicy policy)
    {
        var problems = new Problems();
        var spec = policy.Spec ?? new ClusterNetworkPolicySpec();
        var name = new PolicyName(PolicyKind.ClusterNetworkPolicy, policy.Metadata.Key);
        if (!Enum.IsDefined(spec.Tier))
        {
            problems.Add("spec.tier", "", "a tier is Admin or Baseline; until then it counts as Admin");
        }

        if (spec.Priority is < 0 or > LastPriority)
        {
            problems.Add("spec.priority", spec.Priority.ToString(CultureInfo.InvariantCulture), "a priority is 0 to 1000");
        }

        var subject = Subject(problems, spec.Subject ?? new ClusterNetworkPolicySubject());
        var head = problems.Count == 0;
        var ingress = Arrays.OrEmpty(spec.Ingress)
            .Select((rule, i) => Rule(problems, new RuleReference(name, PolicyType.Ingress, i), rule?.Action, rule?.From, rule?.Protocols))
            .Select(rule => head ? rule : Distrusted(rule));
        var egress = Arrays.OrEmpty(spec.Egress)
            .Select((rule, i) => Rule(problems, new RuleReference(name, PolicyType.Egress, i), rule?.Action, rule?.To, rule?.Protocols))
            .Select(rule => head ? rule : Distrusted(rule));
        var model = new PolicyModel(name, spec.Tier == PolicyTier.Baseline ? Tier.Baseline : Tier.Admin, subject, policy)
        {
            Priority = spec.Priority,
            Ingress = [.. ingress],
            Egress = [.. egress],
        };
        return (model, problems.ToImmutable());
    }

    /// <summary>
    /// A rule of a policy of which it can't be told for whom or when it speaks. It then speaks for every pod, in the Admin tier: so it may deny there, but neither accept
    /// nor keep later rules from denying.
    /// </summary>
    private static PolicyRule Distrusted(PolicyRule rule) =>
        rule.Effect switch
        {
            RuleEffect.Allow => new PolicyRule(rule.Reference, RuleEffect.Allow),
            RuleEffect.Pass => rule with { Effect = RuleEffect.Deny },
            _ => rule,
        };

    private static PodPeer? Subject(Problems problems, ClusterNetworkPolicySubject subject)
    {
        if (subject.Namespaces is null == subject.Pods is null)
        {
            problems.Add("spec.subject", "", "a subject has exactly one of namespaces and pods");
        }

        return Peer(problems, "spec.subject", subject.Namespaces, subject.Pods, orAll: true);
    }

    private static PodPeer? Peer(Problems problems, string path, Api.Objects.LabelSelector? namespaces, NamespacedPods? pods, bool orAll)
    {
        if (namespaces is null && pods is null)
        {
            return null;
        }

        var readable = namespaces is not null
            ? SelectorReading.Check(problems, $"{path}.namespaces", namespaces)
            : SelectorReading.Check(problems, $"{path}.pods.namespaceSelector", pods!.NamespaceSelector)
                & SelectorReading.Check(problems, $"{path}.pods.podSelector", pods.PodSelector);
        if (!readable)
        {
            return orAll ? PodPeer.Of(Selector.Everything, Selector.Everything) : null;
        }

        return namespaces is not null
            ? PodPeer.Of(Selector.Of(namespaces), Selector.Everything)
            : PodPeer.Of(Selector.Of(pods!.NamespaceSelector), Selector.Of(pods.PodSelector));
    }

    private static PolicyRule Rule(
        Problems problems,
        RuleReference reference,
        ClusterRuleAction? action,
        ImmutableArray<ClusterPolicyPeer>? peers,
        ImmutableArray<ClusterPolicyProtocol>? protocols
    )
    {
        var ingress = reference.Direction == PolicyType.Ingress;
        var path = ingress ? $"spec.ingress[{reference.Rule}]" : $"spec.egress[{reference.Rule}]";
        var before = problems.Count;
        if (action is not { } said || !Enum.IsDefined(said))
        {
            problems.Add($"{path}.action", "", "an action is Accept, Deny or Pass");
            return DenyAll(reference);
        }

        var (ports, named) = ClusterPortReading.Read(problems, $"{path}.protocols", protocols, reference);
        var rule = new PolicyRule(reference, said switch { ClusterRuleAction.Accept => RuleEffect.Allow, ClusterRuleAction.Deny => RuleEffect.Deny, _ => RuleEffect.Pass })
        {
            Ports = ports,
            NamedPorts = named,
        };
        rule = WithPeers(problems, rule, ingress ? $"{path}.from" : $"{path}.to", Arrays.OrEmpty(peers));
        return problems.Count == before ? rule
            : said == ClusterRuleAction.Accept ? new PolicyRule(reference, RuleEffect.Allow)
            : DenyAll(reference);
    }

    private static PolicyRule DenyAll(RuleReference reference) =>
        new(reference, RuleEffect.Deny) { MeansAnyone = true, Ports = [PortEntry.All(Reasons.Of(reference))] };

    private static PolicyRule WithPeers(Problems problems, PolicyRule rule, string path, ImmutableArray<ClusterPolicyPeer> peers)
    {
        if (peers.IsEmpty)
        {
            problems.Add(path, "", "a rule needs at least one peer; for every pod write namespaces: {}");
        }

        var pods = ImmutableArray.CreateBuilder<PodPeer>();
        var nodes = ImmutableArray.CreateBuilder<Selector>();
        var blocks = ImmutableArray.CreateBuilder<AddressBlock>();
        for (var i = 0; i < peers.Length; i++)
        {
            var peer = peers[i] ?? new ClusterPolicyPeer();
            var here = $"{path}[{i}]";
            if (!HasOneField(peer, rule.Reference.Direction))
            {
                problems.Add(here, "", "a peer has exactly one of namespaces and pods, and in egress rules of nodes and networks besides (domainNames are not supported)");
                continue;
            }

            if (Peer(problems, here, peer.Namespaces, peer.Pods, orAll: false) is { } selected)
            {
                pods.Add(selected);
            }

            if (peer.Nodes is not null && SelectorReading.Check(problems, $"{here}.nodes", peer.Nodes))
            {
                nodes.Add(Selector.Of(peer.Nodes));
            }

            blocks.AddRange(BlockReading.Read(problems, $"{here}.networks", Arrays.OrEmpty(peer.Networks)));
        }

        return rule with { Pods = pods.ToImmutable(), Nodes = nodes.ToImmutable(), Blocks = blocks.ToImmutable() };
    }

    private static bool HasOneField(ClusterPolicyPeer peer, PolicyType direction)
    {
        var everywhere = (peer.Namespaces is null ? 0 : 1) + (peer.Pods is null ? 0 : 1);
        var egress = (peer.Nodes is null ? 0 : 1) + (Arrays.OrEmpty(peer.Networks).IsEmpty ? 0 : 1);
        return Arrays.OrEmpty(peer.DomainNames).IsEmpty && everywhere + egress == 1 && (direction == PolicyType.Egress || egress == 0);
    }
}
