using Overlay.Cli.Arguments;
using Overlay.Cli.Cluster;
using Overlay.Cli.Explain;
using Overlay.Cli.Files;
using Overlay.Cli.Text;
using Overlay.Policy;

namespace Overlay.Cli.Diff;

/// <summary><c>kubectl overlay diff</c>: what some policies would change, before they are applied.</summary>
internal sealed class DiffCommand(TextWriter output, TextReader input)
{
    /// <summary>Runs it.</summary>
    /// <returns>1 when a pair gains or loses something.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel)
    {
        var given = Given.Parse(args, ["namespace", "output", "filename", "base", "kubeconfig", "context"], ["offline"]);
        if (given.Help)
        {
            await output.WriteLineAsync(Usage.Diff);
            return ExitCode.InOrder;
        }

        if (given.Words.Count > 0)
            throw new UsageException($"diff takes no '{given.Words[0]}': name the new policies' file with -f (--help tells more)");
        if (!given.Has("filename"))
            throw new UsageException("diff needs the new policies: -f PATH");
        if (given.Has("offline") != given.Has("base"))
            throw new UsageException(given.Has("offline") ? "--offline needs the state before: --base PATH" : "--base is for --offline; a live cluster is read from its API server");
        var format = given.Output("text", "json");
        var ns = given.Text("namespace") ?? "default";
        var files = FileReading.Read(given.All("filename"), input, ns);
        if (files.Policies.Count + files.NetworkPolicies.Count + files.ClusterPolicies.Count == 0)
            throw new UsageException("the files hold no NetworkPolicy, OverlayPolicy or ClusterNetworkPolicy, so nothing would change");
        var world = given.Has("offline") ? ExplainWorld.Of(FileReading.Read(given.All("base"), input, ns)) : await FromClusterAsync(given, cancel);
        var changes = ReachChanges.Between(PolicyChange.Before(world), PolicyChange.After(world, files));
        await output.WriteAsync(format is "json" ? JsonText.Of(changes, DiffJson.Default.ImmutableArrayReachChange) : DiffText.Of(changes));
        return changes.IsEmpty ? ExitCode.InOrder : ExitCode.Problems;
    }

    private static async Task<ExplainWorld> FromClusterAsync(Given given, CancellationToken cancel)
    {
        using var connection = ClusterReading.Connect(given.Text("kubeconfig"), given.Text("context"));
        return await ClusterWorld.ReadAsync(connection, asked: null, cancel);
    }
}
