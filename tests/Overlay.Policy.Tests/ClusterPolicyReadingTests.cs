using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>What a ClusterNetworkPolicy means of which a part can't be read: never more than a sound one would allow.</summary>
public class ClusterPolicyReadingTests
{
    private static readonly LabelSelector s_everything = new();
    private static readonly LabelSelector s_mistyped = new() { MatchExpressions = [new LabelSelectorRequirement("app", LenientEnum.Unreadable<LabelOperator>())] };

    [Theory]
    [InlineData(ClusterRuleAction.Accept)]
    [InlineData(ClusterRuleAction.Pass)]
    public void A_subject_with_a_mistyped_operator_opens_no_pod(ClusterRuleAction action)
    {
        var world = Isolated();
        world.ClusterPolicies["open"] = Policy(PolicyTier.Admin, new() { Namespaces = s_mistyped }, action);
        world.Judge().Allows("bank/till", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void A_tier_that_is_none_does_not_accept_before_everybody_else()
    {
        var world = Isolated();
        world.ClusterPolicies["open"] = Policy(LenientEnum.Unreadable<PolicyTier>(), new() { Namespaces = s_everything }, ClusterRuleAction.Accept);
        world.Judge().Allows("bank/till", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void A_denial_for_a_subject_with_a_mistyped_operator_holds_for_every_pod()
    {
        var world = new World().Pod("shop/db", "app=db").Pod("bank/till", "app=till");
        world.ClusterPolicies["deny"] = Policy(PolicyTier.Admin, new() { Namespaces = s_mistyped }, ClusterRuleAction.Deny);
        world.Judge().Allows("bank/till", "shop/db").Should().BeFalse();
    }

    [Fact]
    public void A_subject_of_no_known_kind_speaks_for_nobody()
    {
        var world = new World().Pod("shop/db", "app=db").Pod("bank/till", "app=till");
        world.ClusterPolicies["deny"] = Policy(PolicyTier.Admin, new(), ClusterRuleAction.Deny);
        world.Judge().Allows("bank/till", "shop/db").Should().BeTrue();
        PolicyValidation.Check(world.ClusterPolicies["deny"]).Should().ContainSingle(problem => problem.Path == "spec.subject");
    }

    private static World Isolated() => new World().Pod("shop/db", "app=db").Pod("bank/till", "app=till").Policy("shop/db", "{podSelector: {}}");

    private static ClusterNetworkPolicy Policy(PolicyTier tier, ClusterNetworkPolicySubject subject, ClusterRuleAction action) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "p" },
            Spec = new ClusterNetworkPolicySpec { Tier = tier, Subject = subject, Ingress = [new ClusterIngressRule { Action = action, From = [new ClusterPolicyPeer { Namespaces = s_everything }] }] },
        };
}
