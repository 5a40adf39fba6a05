using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary><c>kubectl exec</c> into the lab's pods and agents, and so the way on which <c>kubectl overlay</c> asks an agent.</summary>
[Collection(LabCollection.Name)]
public sealed class ExecTests(LabFixture lab)
{
    [Fact]
    public void A_pod_s_program_runs_in_the_pod_s_network() =>
        Exec(["-n", "shop", "cart", "--", "ip", "-br", "address"]).Checked().Should().Contain(lab.Pod("cart").Address.ToString());

    [Fact]
    public void What_is_written_to_it_comes_back_and_its_end_is_its_own() =>
        Exec("hello\n", ["-i", "-n", "shop", "cart", "--", "sh", "-c", "cat; echo oops >&2; exit 7"])
            .Should().Match<CommandOutput>(o => o.ExitCode == 7 && o.Output == "hello\n" && o.Errors.StartsWith("oops\n"));

    [Fact]
    public void An_agent_is_asked_in_its_pod() =>
        Exec(["-n", "overlay-system", "overlay-agent-node2", "-c", "agent", "--", "overlay-agent", "ask", "version"]).Checked().Should().Contain("\"node\":\"node2\"");

    [Theory]
    [InlineData("no-such-program", "executable file not found")]
    [InlineData("overlay-agent ask nonsense", "no question 'nonsense'")]
    public void What_can_not_be_done_is_said(string command, string expected) =>
        Exec(["-n", "overlay-system", "overlay-agent-node1", "--", .. command.Split(' ')])
            .Should().Match<CommandOutput>(o => o.ExitCode != 0 && (o.Errors + o.Output).Contains(expected));

    private CommandOutput Exec(params ReadOnlySpan<string> arguments) => Exec(null, arguments);

    private CommandOutput Exec(string? input, ReadOnlySpan<string> arguments) => Command.Run(
        lab.Cluster.Instance, null, input, null, KubectlTool.Path("kubectl-1.35"), ["--kubeconfig", lab.Cluster.Instance.Kubeconfig, "exec", .. arguments]);
}
