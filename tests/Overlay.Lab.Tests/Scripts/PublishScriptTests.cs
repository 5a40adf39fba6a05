using System.Diagnostics;
using Overlay.Lab.Tests.ApiServer.Contract;

namespace Overlay.Lab.Tests.Scripts;

/// <summary>eng/publish.sh, with an SDK that does as the real one does: it leaves a build server behind.</summary>
public sealed class PublishScriptTests : IDisposable
{
    private const string Sdk = """
        #!/bin/bash
        case $1 in
          --version) echo 10.0.400 ;;
          restore) echo "$@" >>calls; sleep 60 & echo $! >>servers ;;
          publish) echo "$@" >>calls; while [ "$1" != -o ]; do shift; done; mkdir -p "$2"; printf '#!/bin/sh\n' >"$2/overlay"; chmod +x "$2/overlay" ;;
        esac
        """;

    private readonly TemporaryFolder tree = new();

    public PublishScriptTests()
    {
        foreach (var folder in new[] { "eng", "sdk", "cni-plugin" })
            Directory.CreateDirectory(tree.File(folder));
        foreach (var script in new[] { "eng/common.sh", "eng/publish.sh" })
            File.Copy(Path.Combine(LabPaths.Repository(), script), tree.File(script));
        foreach (var source in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "cni-plugin/Overlay.CniPlugin.csproj" })
            tree.Write(source, "");
        File.SetUnixFileMode(tree.Write("sdk/dotnet", Sdk), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose()
    {
        if (File.Exists(tree.File("servers")))
        {
            foreach (var id in File.ReadAllLines(tree.File("servers")))
                Process.Start("kill", [id]).WaitForExit();
        }

        tree.Dispose();
    }

    [Fact]
    public async Task A_build_server_that_outlives_publishing_does_not_keep_the_next_one_waiting()
    {
        await PublishAsync();
        await PublishAsync();

        File.ReadAllLines(tree.File("servers")).Should().HaveCount(1, "nothing changed, so the second published nothing");
    }

    [Fact]
    public async Task Build_servers_are_not_asked_for()
    {
        await PublishAsync();

        File.ReadAllLines(tree.File("calls")).Should().HaveCount(2).And.AllSatisfy(c => c.Should().Contain("--disable-build-servers"));
    }

    [Fact]
    public async Task A_changed_source_is_published_again()
    {
        await PublishAsync();
        tree.Write("cni-plugin/Program.cs", "// changed");
        await PublishAsync();

        File.ReadAllLines(tree.File("calls")).Where(c => c.StartsWith("publish", StringComparison.Ordinal)).Should().HaveCount(2);
    }

    private async Task PublishAsync()
    {
        var start = new ProcessStartInfo(tree.File("eng/publish.sh"), ["plugin"]) { UseShellExecute = false };
        start.Environment["PATH"] = $"{tree.File("sdk")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var script = Process.Start(start)!;
        try
        {
            await script.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
        finally
        {
            script.Kill(entireProcessTree: true);
        }

        script.ExitCode.Should().Be(0);
    }
}
