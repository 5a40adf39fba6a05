namespace Overlay.Cli.Tests.Arguments;

/// <summary>What is refused is refused with a sentence, on the error stream, with exit code 2.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("", "status")]
    [InlineData("--help", "explain NS/POD")]
    [InlineData("status --help", "--overlay-namespace")]
    [InlineData("explain -h", "--offline")]
    [InlineData("version", "kubectl-overlay")]
    public async Task Help_and_version_go_to_the_output(string commandLine, string says)
    {
        var run = await Run.OfAsync(commandLine);
        run.Exit.Should().Be(ExitCode.InOrder);
        run.Output.Should().Contain(says);
        run.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("traces", "there is no command 'traces'")]
    [InlineData("trace", "trace takes SOURCE DESTINATION PORT")]
    [InlineData("status now", "status takes no 'now'")]
    [InlineData("status --frob", "there is no option '--frob'")]
    [InlineData("status -o", "--output lacks its value")]
    [InlineData("status -o yaml", "--output 'yaml': it is text, wide, json")]
    [InlineData("status --kubeconfig /nonexistent/file", "There is no kubeconfig at /nonexistent/file")]
    [InlineData("explain a/b", "explain takes SOURCE DESTINATION PORT")]
    [InlineData("explain a/b c/d 80 --offline", "--offline needs files")]
    [InlineData("explain a/b c/d 80 --offline=yes -f -", "--offline takes no value")]
    [InlineData("explain a/b c/d 80 -f x", "-f is for --offline")]
    [InlineData("explain a/b/c c/d 80 --offline -f -", "'a/b/c' is no NAMESPACE/POD")]
    [InlineData("explain a/b c/d 80 --offline -f /nonexistent", "there is no such file or folder")]
    public async Task Nonsense_is_refused_by_name(string commandLine, string says)
    {
        var run = await Run.OfAsync(commandLine);
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().StartWith("kubectl-overlay: ").And.Contain(says);
        run.Output.Should().BeEmpty();
    }
}
