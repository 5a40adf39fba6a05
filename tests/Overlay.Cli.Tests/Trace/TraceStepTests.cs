using Overlay.Asking.Answers;
using Overlay.Cli.Explain;
using Overlay.Cli.Explain.Kernel;
using Overlay.Cli.Trace;
using Overlay.Policy;

namespace Overlay.Cli.Tests.Trace;

/// <summary>What both nodes saw, made into steps: a step that was not seen is not told as one that was.</summary>
public sealed class TraceStepTests
{
    private static readonly UnderlayAnswer Request = new("192.0.2.1 -> 192.0.2.2", "10.255.1.4:4 -> 10.255.2.7:80", false, "88 00", "tag 17", 17, false);
    private static readonly DepartureAnswer Left = new(
        "connected", 0.4, "default via 169.254.0.1 dev eth0", "eth0", "ovp1", true, "senders4 { ... }", "10.255.2.0/24 via 10.255.2.0 dev overlay-vtep", "overlay-vtep gbp",
        "10.255.2.0 is at node 2", [Counter("sent", 3), Counter("encapsulated", 3)]);

    private static readonly ArrivalAnswer Came = new("ovp2 group 18", 3, [Request, Request with { IsReply = true, Vouched = true }], [Counter("arrived", 3), Counter("allowed", 2), Counter("vouched", 1)]);

    [Fact]
    public void An_allowed_connection_is_proven_whole() => Report(true, Left, Came).Should().Match<TraceReport>(r => r.Agrees && r.Steps.Length == 9 && r.Steps.All(s => s.Happened == true));

    [Fact]
    public void A_denied_one_too() =>
        Report(false, Left with { Outcome = "silence" }, Came with { Delivered = 0, Packets = [Request], Counters = [Counter("arrived", 2), Counter("denied", 2)] }).Agrees.Should().BeTrue();

    [Fact]
    public void A_denied_connection_that_comes_through_is_a_disagreement() => Report(false, Left, Came).Agrees.Should().BeFalse();

    [Fact]
    public void A_reply_that_nobody_vouched_for_is_a_missing_proof() =>
        Missing(Left, Came with { Packets = [Request, Request with { IsReply = true }] }).Should().Equal("11");

    [Fact]
    public void A_refusal_is_the_pod_s_when_packets_went_into_it_and_else_the_node_s()
    {
        var refused = Left with { Outcome = "refused" };
        Report(true, refused, Came).Agrees.Should().BeTrue("nobody listens on the port, and that is what the pod says");
        Report(false, refused, Came with { Delivered = 0, Packets = [Request], Counters = [Counter("arrived", 2), Counter("denied", 2)] }).Agrees.Should().BeTrue("the node rejects");
        Report(false, refused, Came).Agrees.Should().BeFalse();
    }

    [Fact]
    public void Nothing_on_the_underlay_is_a_missing_proof() => Missing(Left, Came with { Packets = [] }).Should().Equal("6-8", "11");

    [Fact]
    public void A_wrong_route_and_a_lost_entry_are_seen() =>
        Missing(Left with { NodeRoute = "default via 192.0.2.254 dev eth0", Forwarding = null }, Came).Should().Equal("4", "5");

    [Fact]
    public void On_one_node_there_is_no_underlay()
    {
        var places = new TracePlaces("shop/a", "n1", "10.255.1.4", "n1", "10.255.1.5:80");
        new TraceSteps(Verdict(true), places, Left, Came with { Packets = [] }).All().Select(step => step.Number).Should().Equal("1", "2", "3", "10", "11");
    }

    [Fact]
    public void Where_the_rules_are_iptables_they_stand_beside_the_counters()
    {
        var verdict = Verdict(true) with
        {
            Kernel = new KernelAnswer("n2", true, new JudgeAnswer(true, "accept", "", "", 17, [], null, [], []) { Rule = new RuleAnswer("rule 2 of mangle OVERLAY-IN18", "-g OVERLAY-ALLOWED", null, 5, 300) }, null, null),
        };
        var places = new TracePlaces("shop/a", "n1", "10.255.1.4", "n2", "10.255.2.7:80");

        var steps = new TraceSteps(verdict, places, Left with { Sender = "overlay-pods4 { ... }", SenderRule = "rule 2 of mangle OVERLAY-FROM-POD: ..." }, Came).All();

        steps.Single(step => step.Number == "3").Proof.Should().StartWith(["overlay-pods4 { ... }", "rule 2 of mangle OVERLAY-FROM-POD: ..."]);
        steps.Single(step => step.Number == "10").Proof.Should().Contain("rule 2 of mangle OVERLAY-IN18: -g OVERLAY-ALLOWED, 5 packets before");
    }

    [Fact]
    public async Task From_files_the_way_is_told_without_a_packet()
    {
        const string pods = """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, namespace: shop, labels: {app: a}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: b, namespace: shop, labels: {app: b}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: closed, namespace: shop}
            spec: {podSelector: {matchLabels: {app: b}}}
            """;
        var denied = await Run.OfAsync("trace --offline -f - shop/a shop/b 80", pods);
        denied.Exit.Should().Be(ExitCode.Problems, denied.Errors);
        denied.Output.Should().Contain("DENIED by policy; from files alone").And.Contain("denied: isolated by netpol shop/closed").And.Contain("nothing is delivered");
        (await Run.OfAsync("trace --offline -f - shop/b shop/a 80", pods)).Exit.Should().Be(ExitCode.InOrder);
    }

    private static IEnumerable<string> Missing(DepartureAnswer left, ArrivalAnswer came) => Report(true, left, came).Steps.Where(step => step.Happened == false).Select(step => step.Number);

    private static TraceReport Report(bool allowed, DepartureAnswer left, ArrivalAnswer came)
    {
        var places = new TracePlaces("shop/a", "n1", "10.255.1.4", "n2", "10.255.2.7:80");
        var steps = new TraceSteps(Verdict(allowed), places, left, came);
        return new TraceReport("shop/a", "shop/b", "TCP 80", allowed, left.Outcome, steps.Passed, steps.All(), []);
    }

    private static Answer Verdict(bool allowed) => new() { Source = "shop/a", Destination = "shop/b", Protocol = IpProtocol.TCP, Port = 80, Allowed = allowed, SourceTag = 17 };

    private static CounterAnswer Counter(string name, long packets) => new(name, packets, packets * 60);
}
