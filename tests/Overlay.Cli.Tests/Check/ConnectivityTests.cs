using System.Collections.Immutable;
using System.Text;
using Overlay.Cli.Check.Connectivity;
using Overlay.Cli.Status;

namespace Overlay.Cli.Tests.Check;

/// <summary>What a check of connectivity makes, and what it concludes from what was tried.</summary>
public sealed class ConnectivityTests
{
    private static readonly ImmutableArray<string> Nodes = ["n1", "n2", "n3"];
    private static readonly ProbePlan Plan = ProbePlan.Of(["n3", "n1", "n2", "n1"], 10);

    [Fact]
    public void All_ordered_pairs_of_different_nodes_are_tried()
    {
        Plan.Nodes.Should().Equal(Nodes);
        Plan.Pairs.Should().Equal(("n1", "n2"), ("n1", "n3"), ("n2", "n1"), ("n2", "n3"), ("n3", "n1"), ("n3", "n2"));
        ProbePlan.Of(Nodes, 2).Pairs.Should().Equal(("n1", "n2"), ("n2", "n1"));
    }

    [Fact]
    public void Each_check_has_a_namespace_of_its_own_that_leftovers_are_found_by()
    {
        Plan.Namespace.Should().MatchRegex("^overlay-check-[a-z0-9]{5}$").And.NotBe(ProbePlan.Of(Nodes, 10).Namespace);
        Plan.Home.Metadata.Labels.Should().Contain("app.kubernetes.io/managed-by", "kubectl-overlay");
    }

    [Fact]
    public void A_probe_is_made_after_the_agent_without_its_rights_and_variables()
    {
        var agent = new ProbeContainer("agent")
        {
            Image = "registry.example/agent:1",
            Command = ["/usr/local/bin/overlay-agent"],
            Env = [new ProbeVariable("PATH", "/opt"), new ProbeVariable("OVERLAY_SECRET", "s"), new ProbeVariable("NODE", null)],
        };
        var pod = Plan.Probe("n2", agent, null);
        (pod.Metadata.Namespace, pod.Metadata.Name, pod.Spec.NodeName).Should().Be((Plan.Namespace, "probe-2", "n2"));
        pod.Spec.AutomountServiceAccountToken.Should().BeFalse();
        pod.Spec.ActiveDeadlineSeconds.Should().BePositive("a probe that nobody cleans up ends by itself");
        var probe = pod.Spec.Containers.Should().ContainSingle().Which;
        probe.Image.Should().Be("registry.example/agent:1");
        probe.Command!.Value.Should().Equal("/usr/local/bin/overlay-agent", "probe", "serve", "--port", "8080");
        probe.Env!.Value.Should().Equal(new ProbeVariable("PATH", "/opt"));
        (probe.SecurityContext!.RunAsNonRoot, probe.SecurityContext.AllowPrivilegeEscalation).Should().Be((true, false));
        Plan.Probe("n2", agent, "mine:2").Spec.Containers[0].Image.Should().Be("mine:2");
    }

    [Fact]
    public void The_policy_denies_the_first_nodes_probe_at_the_seconds_and_no_other()
    {
        string AppOf(string node) => Plan.Probe(node, new ProbeContainer("agent"), null).Metadata.Labels!["app"];
        var policy = Encoding.UTF8.GetString(Plan.PolicyManifest);
        policy.Should().Contain($"app: {AppOf("n2")}").And.Contain($"values: [{AppOf("n1")}]").And.NotContain(AppOf("n3"));
        Encoding.UTF8.GetString(Plan.ServiceManifest).Should().Contain($"app: {AppOf("n2")}");
    }

    [Fact]
    public void When_all_comes_out_as_it_should_there_is_nothing_to_do()
    {
        var report = Report(_ => true);
        report.Problems().Should().BeEmpty();
        report.Text().Should().Be(
            """
            FROM \ TO   n1    n2    n3
            n1          -     yes   yes
            n2          yes   -     yes
            n3          yes   yes   -
            service   yes, 2 of 2
            policy    denies: yes; lets others through: yes; allowed again once it is gone: yes

            """);
    }

    [Fact]
    public void A_pair_that_fails_is_told_of_with_what_to_do()
    {
        var report = Report(trial => trial is not { Kind: TrialKind.Greeting, From: "n3", To: "n1" });
        var problem = report.Problems().Should().ContainSingle().Which;
        (problem.On, problem.What).Should().Be(("n3 -> n1", "connections fail: said of n3 -> n1"));
        problem.Do.Should().Contain("VXLAN");
        report.Text().Should().Contain("n3          NO ");
    }

    [Fact]
    public void A_node_that_nobody_reaches_is_one_problem() =>
        Report(trial => trial is not { Kind: TrialKind.Greeting, To: "n2" }).Problems().Should().ContainSingle()
            .Which.Should().Match<Problem>(problem => problem.On == "node n2" && problem.What.StartsWith("connections to its probe fail, all 2 of them"));

    [Fact]
    public void Full_packets_that_are_lost_tell_of_the_MTU()
    {
        var report = Report(trial => trial is not { Kind: TrialKind.FullSize, From: "n1", To: "n2" });
        report.Problems().Should().ContainSingle().Which.Do.Should().Contain("MTU");
        report.Text().Should().Contain("SMALL ONLY");
    }

    [Theory]
    [InlineData(nameof(TrialKind.Service), "node n2", "connections by the Service to its probe fail")]
    [InlineData(nameof(TrialKind.Denied), "n1 -> n2", "a NetworkPolicy that denies it is not in force")]
    [InlineData(nameof(TrialKind.Bystander), "n3 -> n2", "denies it as well")]
    [InlineData(nameof(TrialKind.AllowedAgain), "n1 -> n2", "stays denied")]
    public void Services_and_policies_have_problems_of_their_own(string kind, string on, string what)
    {
        var problem = Report(trial => trial.Kind != Enum.Parse<TrialKind>(kind)).Problems().Should().ContainSingle().Which;
        problem.On.Should().Be(on);
        problem.What.Should().Contain(what);
    }

    [Fact]
    public void What_was_not_tried_is_not_told_as_good()
    {
        var report = new ConnectivityReport(["n1", "n2"], [], [("n3", "its pod is Pending")]);
        report.Text().Should().Contain("n1          -    ?").And.Contain("service   not tried").And.Contain("denies: not tried");
        report.Problems().Should().ContainSingle().Which.Should().Match<Problem>(problem => problem.On == "node n3" && problem.What.Contains("Pending"));
    }

    [Fact]
    public void Policy_is_tried_only_with_nodes_that_reach_the_target_without_it()
    {
        Trial Greeted(string from, bool good) => new(TrialKind.Greeting, from, "n2", good, "");
        Plan.Reaching("n2", [Greeted("n1", true), Greeted("n3", true), Greeted("n3", false)]).Should().Equal("n1");
        Plan.Reaching("n2", []).Should().BeEmpty("what was not tried is not reached");
    }

    [Theory]
    [InlineData("check --nodes 3", "--nodes goes with --connectivity")]
    [InlineData("check --keep", "--keep goes with --connectivity")]
    [InlineData("check --connectivity --nodes 1", "a number from 2 to 100")]
    public async Task Options_that_make_no_sense_are_refused(string commandLine, string complaint)
    {
        var run = await Run.OfAsync(commandLine);
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain(complaint);
    }

    private static ConnectivityReport Report(Func<Trial, bool> good)
    {
        IEnumerable<(TrialKind Kind, string From, string To)> tried =
        [
            .. Plan.Pairs.SelectMany(pair => (IEnumerable<(TrialKind, string, string)>)[(TrialKind.Greeting, pair.From, pair.To), (TrialKind.FullSize, pair.From, pair.To)]),
            (TrialKind.Service, "n1", "n2"), (TrialKind.Service, "n3", "n2"),
            (TrialKind.Denied, "n1", "n2"), (TrialKind.Bystander, "n3", "n2"), (TrialKind.AllowedAgain, "n1", "n2"),
        ];
        return new ConnectivityReport(Nodes, [.. tried.Select(t => new Trial(t.Kind, t.From, t.To, true, $"said of {t.From} -> {t.To}")).Select(trial => trial with { Good = good(trial) })], []);
    }
}
