using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>What can't be compiled, where it says so, and that it never opens a door.</summary>
public class PolicyValidationTests
{
    [Theory]
    [InlineData("podSelector: {}")]
    [InlineData("{podSelector: {matchLabels: {app.kubernetes.io/name: a.b_c-d, empty: ''}}, ingress: [{}]}")]
    [InlineData("{podSelector: {}, egress: [{to: [{namespaceSelector: {}}], ports: [{protocol: SCTP}, {port: 65535}, {port: 1, endPort: 1}]}]}")]
    public void A_sound_policy_is_accepted(string spec) => Check(spec).Should().BeEmpty();

    [Theory]
    [InlineData("{podSelector: {}, ingress: [{}, {ports: [{port: 0}]}]}", "spec.ingress[1].ports[0].port \"0\": a port is 1 to 65535; leave it out for every port of the protocol")]
    [InlineData("{podSelector: {}, egress: [{ports: [{port: 70000}]}]}", "spec.egress[0].ports[0].port \"70000\": a port is 1 to 65535; leave it out for every port of the protocol")]
    [InlineData("{podSelector: {}, ingress: [{ports: [{endPort: 90}]}]}", "spec.ingress[0].ports[0].endPort \"90\": endPort ends a range that begins at port: give port too, as a number")]
    [InlineData("{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}", "spec.ingress[0].ports[0].endPort \"80\": endPort is 90 (port) to 65535")]
    [InlineData("{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 65536}]}]}", "spec.ingress[0].ports[0].endPort \"65536\": endPort is 90 (port) to 65535")]
    [InlineData("{podSelector: {}, ingress: [{from: [{}]}]}", "spec.ingress[0].from[0]: a peer needs podSelector, namespaceSelector or both, or ipBlock; for every pod write namespaceSelector: {}")]
    [InlineData("podSelector: {matchExpressions: [{key: a, operator: In}]}", "spec.podSelector.matchExpressions[0].values: In needs at least one value")]
    [InlineData("podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}", "spec.podSelector.matchExpressions[0].values \"b\": Exists takes no values: leave them out")]
    [InlineData("podSelector: {matchExpressions: [{key: a, operator: 7}]}", "spec.podSelector.matchExpressions[0].operator: an operator is In, NotIn, Exists or DoesNotExist")]
    [InlineData("{podSelector: {}, policyTypes: [9]}", "spec.policyTypes[0] \"9\": a policy type is Ingress or Egress")]
    [InlineData("{podSelector: {}, ingress: [{ports: [{protocol: 9}]}]}", "spec.ingress[0].ports[0].protocol: a protocol is TCP, UDP, SCTP, ICMP or ICMPv6")]
    public void A_problem_names_the_field_the_value_and_the_cure(string spec, string problem) =>
        Check(spec).Should().ContainSingle().Which.ToString().Should().Be(problem);

    [Theory]
    [InlineData("-a")]
    [InlineData("a/b/c")]
    [InlineData("/a")]
    [InlineData("Prefix.io/a")]
    [InlineData("a b")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public void A_bad_label_key_is_named(string key)
    {
        var problem = Check(new OverlayPolicySpec { PodSelector = new() { MatchLabels = ImmutableSortedDictionary<string, string>.Empty.Add(key, "v") } });
        problem.Should().ContainSingle().Which.Should().Match<PolicyProblem>(p => p.Path == "spec.podSelector.matchLabels" && p.Value == key);
    }

    [Fact]
    public void A_bad_label_value_is_named() =>
        Check("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [ok, 'not ok']}]}}]}]}")
            .Should()
            .ContainSingle()
            .Which.Path.Should()
            .Be("spec.ingress[0].from[0].namespaceSelector.matchExpressions[0].values[1]");

    [Fact]
    public void Every_problem_is_found_at_once() =>
        Check("{podSelector: {matchExpressions: [{key: a, operator: In}]}, ingress: [{from: [{}], ports: [{port: 0}, {endPort: 1}]}]}").Should().HaveCount(4);

    [Fact]
    public void Arrays_never_set_and_null_members_are_no_exception()
    {
        var spec = new OverlayPolicySpec
        {
            PodSelector = null!,
            PolicyTypes = default(ImmutableArray<PolicyType>),
            Ingress = [null!, new IngressRule { From = [null!], Ports = [null!] }],
        };
        Check(spec).Should().ContainSingle().Which.Path.Should().Be("spec.ingress[1].from[0]");
    }

    [Fact]
    public void A_policy_with_a_problem_isolates_what_it_selects_and_grants_nothing()
    {
        var judgement = Pair("{podSelector: {matchLabels: {app: a}}, ingress: [{}, {ports: [{port: 0}]}]}");
        judgement.Allows("x/b", "x/a").Should().BeFalse();
        judgement.Allows("x/a", "x/b").Should().BeTrue();
    }

    [Fact]
    public void With_an_unreadable_podSelector_it_isolates_its_namespace()
    {
        var judgement = Pair("{podSelector: {matchExpressions: [{key: app, operator: In}]}, ingress: [{}]}");
        judgement.Allows("x/b", "x/a").Should().BeFalse();
        judgement.Allows("x/a", "x/b").Should().BeFalse();
        judgement.Allows("x/a", "y/c").Should().BeTrue();
    }

    [Fact]
    public void With_unreadable_policyTypes_it_isolates_both_directions()
    {
        var judgement = Pair("{podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress, 7]}");
        judgement.Allows("x/b", "x/a").Should().BeFalse();
        judgement.Allows("x/a", "x/b").Should().BeFalse();
        judgement.Allows("x/a", "outside").Should().BeFalse();
    }

    [Fact]
    public void Other_policies_still_grant()
    {
        var world = PairWorld("{podSelector: {}, ingress: [{ports: [{port: 0}]}]}").Policy("x/good", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}");
        world.Judge().Allows("x/b", "x/a").Should().BeTrue();
    }

    private static Judgement Pair(string spec) => PairWorld(spec).Judge();

    private static World PairWorld(string spec) => new World().Pod("x/a", "app=a").Pod("x/b", "app=b").Pod("y/c").Policy("x/p", spec);

    private static ImmutableArray<PolicyProblem> Check(string spec) => Check(Yaml.Read<OverlayPolicySpec>(spec));

    private static ImmutableArray<PolicyProblem> Check(OverlayPolicySpec spec) =>
        PolicyValidation.Check(new OverlayPolicy { Metadata = new ObjectMeta { Namespace = "x", Name = "p" }, Spec = spec });
}
