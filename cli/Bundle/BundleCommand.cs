using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;

namespace Overlay.Cli.Bundle;

/// <summary><c>kubectl overlay bundle</c>: one archive for a bug report.</summary>
internal sealed class BundleCommand(TextWriter output, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["filename", "overlay-namespace", "kubeconfig", "context"], []);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Bundle);
            return ExitCode.InOrder;
        }

        if (given.Words.Count > 0)
            throw new UsageException($"bundle takes no '{given.Words[0]}' (--help shows what it takes)");
        var now = time.GetUtcNow();
        var path = given.Text("filename") ?? string.Create(CultureInfo.InvariantCulture, $"overlay-bundle-{now:yyyyMMdd-HHmmss}.tar.gz");
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        var archive = await new BundleReading(connection, given.Text("overlay-namespace") ?? AgentLease.DefaultNamespace, now).ReadAsync(cancel);
        try
        {
            await archive.WriteAsync(path, now, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can not be written: {e.Message}");
        }

        await output.WriteLineAsync($"{path}: {archive.Count} files");
        foreach (var error in archive.Errors)
            await output.WriteLineAsync($"  without {error}");
        return ExitCode.InOrder;
    }
}
