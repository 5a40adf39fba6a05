using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>Why, in a sentence for each direction.</summary>
public class ExplainTests
{
    private static World Shop() =>
        new World()
            .Pod("shop/front", "app=front")
            .Pod("shop/db", "app=db")
            .Policy("shop/out", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{ports: [{port: 80}]}, {to: [{podSelector: {}}]}]}")
            .Policy("shop/in", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}");

    [Fact]
    public void An_allowed_connection_names_the_rules()
    {
        var why = Explain(Shop(), "shop/front", "shop/db", 5432);
        why.Allowed.Should().BeTrue();
        why.Egress.Text.Should().Be("allowed by shop/out egress[1]");
        why.Ingress.Text.Should().Be("allowed by shop/in ingress[0]");
        why.Ingress.IsolatedBy.Single().ToString().Should().Be("shop/in");
    }

    [Fact]
    public void A_denied_one_names_the_policies_that_isolate()
    {
        var why = Explain(Shop(), "shop/front", "shop/db", 80);
        why.Allowed.Should().BeFalse();
        why.Egress.Allowed.Should().BeTrue();
        why.Ingress.Text.Should().Be("isolated by shop/in; no ingress rule allows TCP 80");
    }

    [Fact]
    public void Where_nothing_isolates_it_says_so()
    {
        var why = Explain(Shop(), "shop/db", "shop/front", 1);
        why.Egress.Text.Should().Be("no policy isolates the source's egress");
        why.Ingress.Text.Should().Be("no policy isolates the destination's ingress");
    }

    [Fact]
    public void A_tag_that_does_not_record_what_decides_is_told_of()
    {
        var world = Shop();
        world.Tags = [];
        Explain(world, "shop/front", "shop/db", 5432)
            .Ingress.Text.Should()
            .Be("isolated by shop/in; shop/in ingress[0] would allow TCP 5432, but tag 2 does not record the labels that decide: it waits for the operator's tag");
    }

    [Fact]
    public void The_default_action_isolates_too()
    {
        var world = new World { DefaultAction = Api.Network.DefaultAction.Deny }.Pod("x/a").Pod("x/b");
        Explain(world, "x/a", "x/b", 80).Ingress.Text.Should().Be("isolated by the default action; no ingress rule allows TCP 80");
    }

    [Fact]
    public void What_leaves_the_overlay_is_judged_by_the_source_alone()
    {
        var world = Shop();
        var explainer = new PolicyExplainer(world.Inputs());
        var front = Endpoint.Pod("shop", world.Pods["shop/front"]);
        explainer.Explain(front, Endpoint.Outside, IpProtocol.TCP, 80).Egress.Text.Should().Be("allowed by shop/out egress[0]");
        explainer.Explain(front, Endpoint.Outside, IpProtocol.ICMP, IpProtocols.IcmpKey(8, 0)).Egress.Text.Should().Be("isolated by shop/out; no egress rule allows ICMP type 8 code 0");
    }

    private static Explanation Explain(World world, string from, string to, ushort port) =>
        new PolicyExplainer(world.Inputs()).Explain(End(world, from), End(world, to), IpProtocol.TCP, port);

    private static Endpoint End(World world, string pod) => Endpoint.Pod(World.KeyOf(pod).Namespace!, world.Pods[pod]);
}
