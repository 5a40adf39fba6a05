using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Shop;
using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Commands;

/// <summary><c>make lab</c> broken off at any moment: it ends at once, and what it had begun is cleared by the next command.</summary>
[Collection(CommandCollection.Name)]
public sealed class InterruptionTests : IAsyncLifetime
{
    private static readonly LabInstance Instance = LabFixture.InstanceOf("broken");
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo tools = Directory.CreateTempSubdirectory("ovt-tools-");

    public async ValueTask InitializeAsync() => await LabSweep.RunAsync(Instance);

    public async ValueTask DisposeAsync()
    {
        await LabSweep.RunAsync(Instance);
        tools.Delete(recursive: true);
    }

    [Theory]
    [InlineData("underlay")]
    [InlineData("API server")]
    [InlineData("operator")]
    [InlineData("agents")]
    [InlineData("shop")]
    [InlineData("before any policy")]
    public async Task Ctrl_C_ends_up_within_two_seconds_and_down_clears_the_rest(string step)
    {
        using var up = RunningProgram.Lab(Instance, "up");
        await up.UntilSaidAsync(step);

        up.Interrupt();
        await up.EndAsync(AtOnce);

        up.ExitCode.Should().Be(1, up.Output);
        up.Output.Should().Contain("interrupted; `make lab-down` or the next `make lab` clears what was begun");
        await DownClearsAllAsync();
    }

    [Fact]
    public async Task Ctrl_C_does_not_wait_for_a_kubectl_that_hangs()
    {
        var kubectl = Path.Combine(tools.FullName, "kubectl");
        await File.WriteAllTextAsync(kubectl, "#!/bin/sh\nexec sleep 300\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var up = RunningProgram.Lab(Instance, "up", tools.FullName);
        await up.UntilSaidAsync("runtime");
        await Until.TrueAsync(AtOnce, "kubectl to be started", () => OwnedProcesses.Of(Instance).Any(p => p.CommandLine is "sleep 300"));

        up.Interrupt();
        await up.EndAsync(AtOnce);

        up.Output.Should().Contain("interrupted");
        OwnedProcesses.Of(Instance).Should().NotContain(p => p.CommandLine == "sleep 300", "kubectl goes with us");
        await DownClearsAllAsync();
    }

    [Theory]
    [InlineData("underlay")]
    [InlineData("operator")]
    [InlineData("runtime")]
    [InlineData("policies")]
    public async Task After_kill_9_down_clears_all(string step)
    {
        using var up = RunningProgram.Lab(Instance, "up");
        await up.UntilSaidAsync(step);

        up.Kill();
        await up.EndAsync(AtOnce);

        LabSweep.Leftovers(Instance).Should().NotBeEmpty("it had begun");
        await DownClearsAllAsync();
    }

    [Fact]
    public async Task After_kill_9_the_next_up_clears_all_and_works()
    {
        using (var killed = RunningProgram.Lab(Instance, "up"))
        {
            await killed.UntilSaidAsync("shop");
            killed.Kill();
            await killed.EndAsync(AtOnce);
        }

        using var next = RunningProgram.Lab(Instance, "up");
        await next.EndAsync(TimeSpan.FromSeconds(60));

        next.ExitCode.Should().Be(0, next.Output);
        await DownClearsAllAsync();
    }

    private static async Task DownClearsAllAsync()
    {
        using var down = RunningProgram.Lab(Instance, "down");
        await down.EndAsync(TimeSpan.FromSeconds(10));

        down.ExitCode.Should().Be(0, down.Output);
        LabSweep.Leftovers(Instance).Should().BeEmpty();
        File.Exists($"/run/lock/{Instance.Prefix}.lock").Should().BeFalse();
    }
}
