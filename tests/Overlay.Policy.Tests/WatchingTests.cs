using Overlay.Api.Policies;
using Overlay.Policy.Tests.Properties;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>Which allowed connections somebody wants to hear of, and what audited policies would do.</summary>
public class WatchingTests
{
    private static World Shop(string policy) => new World { WorkloadLabels = ["app"] }.Pod("shop/front", "app=front").Pod("shop/db", "app=db").Policy("shop/watched", policy);

    [Theory]
    [InlineData("{podSelector: {matchLabels: {app: db}}, ingress: [{log: true}]}", "shop{app=db}", "", 0)]
    [InlineData("{podSelector: {matchLabels: {app: db}}, ingress: [{}, {action: Deny, log: true, ports: [{port: 1}]}]}", "shop{app=db}", "", 0)]
    [InlineData("{podSelector: {matchLabels: {app: db}}, ingress: [{}]}", "", "", 0)]
    [InlineData("{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{log: true}]}", "", "shop{app=db}", 1)]
    [InlineData("{mode: Audit, podSelector: {matchLabels: {app: db}}}", "shop{app=db}", "", 0)]
    [InlineData("{mode: Audit, podSelector: {}, policyTypes: [Egress]}", "", "shop{app=db} shop{app=front}", 2)]
    public void It_is_asked_for_by_rules_that_log_and_by_audited_policies(string policy, string arriving, string leaving, int senders)
    {
        var watched = PolicyCompiler.Compile(Shop(policy).Inputs()).Watched;

        string.Join(' ', watched.Arriving).Should().Be(arriving);
        string.Join(' ', watched.Leaving).Should().Be(leaving);
        watched.Senders.Should().HaveCount(senders);
    }

    [Fact]
    public void An_audited_policy_is_judged_together_with_the_others_and_only_while_it_is_audited()
    {
        var world = Shop("{mode: Audit, podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 80}]}]}");
        var compiler = new TableCompiler();
        compiler.Update(world.Inputs());

        Audit(80).Should().BeTrue();
        Audit(81).Should().BeFalse();
        world.Policy("shop/other", "{podSelector: {}, ingress: [{ports: [{port: 81}]}]}");
        compiler.Update(world.Inputs());
        Audit(81).Should().BeTrue("another policy allows it");
        compiler.Explainer.Explain(Of("front"), Of("db"), IpProtocol.TCP, 80).Allowed.Should().BeFalse("an audited policy allows nothing");

        world.Policy("shop/watched", "{podSelector: {matchLabels: {app: db}}}");
        compiler.Update(world.Inputs());
        compiler.AuditExplainer.Should().BeNull();

        bool? Audit(ushort port) => compiler.AuditExplainer?.Explain(Of("front"), Of("db"), IpProtocol.TCP, port).Allowed;

        Endpoint Of(string app) => Endpoint.Pod("shop", world.Inputs().Pods.Single(pod => pod.Name.Name == app).Labels);
    }

    [Fact]
    public void What_followed_changes_says_what_one_says_that_never_saw_another_state()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var compiler = new TableCompiler();
            for (var step = 0; step < 5; step++)
            {
                var inputs = new RandomWorld((seed * 100) + step).Make().Inputs();
                compiler.Update(inputs).Watched.Should().BeEquivalentTo(PolicyCompiler.Compile(inputs).Watched);
                var enforced = new PolicyExplainer(inputs with { Policies = [.. inputs.Policies.Select(policy => policy with { Spec = policy.Spec with { Mode = PolicyMode.Enforce } })] });
                foreach (var (from, to) in inputs.Pods.Zip(inputs.Pods.Reverse()))
                {
                    var (source, destination) = (End(from), End(to));
                    compiler.AuditExplainer?.Explain(source, destination, IpProtocol.TCP, 80).Should().BeEquivalentTo(enforced.Explain(source, destination, IpProtocol.TCP, 80));
                }
            }
        }

        static Endpoint End(LocalPod pod) => Endpoint.Pod(pod.Name.Namespace!, pod.Labels) with { Addresses = pod.Addresses, Ports = pod.Ports };
    }
}
