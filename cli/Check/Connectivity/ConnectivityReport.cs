using System.Collections.Immutable;
using Overlay.Cli.Status;
using Overlay.Cli.Text;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>What the trials tell. Pure.</summary>
/// <param name="Nodes">The nodes whose probes ran.</param>
/// <param name="Trials">All that was tried.</param>
/// <param name="Silent">Nodes whose probes did not start, and what is known of it.</param>
internal sealed record ConnectivityReport(ImmutableArray<string> Nodes, ImmutableArray<Trial> Trials, ImmutableArray<(string Node, string Why)> Silent)
{
    private static readonly (string Word, Func<Trial, string> End)[] Directions = [("to", trial => trial.To), ("from", trial => trial.From)];

    /// <summary>Pairs in a table, then the Service and the policy.</summary>
    public string Text() => Table.Of([["FROM \\ TO", .. Nodes], .. Nodes.Select(from => (string[])[from, .. Nodes.Select(to => Cell(from, to))])])
        + $"service   {Told(TrialKind.Service)}\n"
        + $"policy    denies: {Told(TrialKind.Denied)}; lets others through: {Told(TrialKind.Bystander)}; allowed again once it is gone: {Told(TrialKind.AllowedAgain)}\n";

    /// <summary>What is wrong, each with what to do; a node that all pairs fail with is one problem, not one for each pair.</summary>
    public IEnumerable<Problem> Problems() =>
    [
        .. Silent.Select(silent => new Problem($"node {silent.Node}", $"no probe runs there: {silent.Why}", "see the pod's events: check again with --keep, then kubectl describe pod in the namespace that is told")),
        .. OfPairs(TrialKind.Greeting, "see that nothing between the nodes drops the VXLAN port (UDP), and kubectl overlay status; check again with --keep, then follow it by kubectl overlay trace"),
        .. OfPairs(TrialKind.FullSize, "the network between the nodes takes smaller packets than their devices say, and tells nobody: correct its MTU, or set OverlayNetwork.spec.mtu to less"),
        .. OfPairs(TrialKind.Service, "pods reach each other, so see that kube-proxy, or what stands for it, is in order on the node that it fails from"),
        .. OfPolicy(),
    ];

    private IEnumerable<Problem> OfPairs(TrialKind kind, string cure)
    {
        var tried = Trials.Where(trial => trial.Kind == kind).ToList();
        var failed = tried.Where(trial => !trial.Good).ToList();
        foreach (var node in Nodes)
        {
            foreach (var (direction, end) in Directions)
            {
                var all = tried.Where(trial => end(trial) == node).ToList();
                if (all.Count < 2 || !all.TrueForAll(failed.Contains))
                    continue;
                yield return new Problem($"node {node}", $"{Name(kind)} {direction} its probe fail, all {all.Count} of them: {all[0].Said}", cure);
                failed.RemoveAll(all.Contains);
            }
        }

        foreach (var trial in failed)
            yield return new Problem($"{trial.From} -> {trial.To}", $"{Name(kind)} fail: {trial.Said}", cure);
    }

    private IEnumerable<Problem> OfPolicy() => Trials
        .Where(trial => trial is { Good: false, Kind: TrialKind.Denied or TrialKind.Bystander or TrialKind.AllowedAgain })
        .Select(trial => new Problem(
            $"{trial.From} -> {trial.To}",
            trial.Kind switch
            {
                TrialKind.Denied => $"a NetworkPolicy that denies it is not in force: {trial.Said}",
                TrialKind.Bystander => $"a NetworkPolicy that denies another pod denies it as well: {trial.Said}",
                _ => $"it stays denied although the NetworkPolicy is gone: {trial.Said}",
            },
            "see kubectl overlay status and policies, and the log of the agent of the latter node"));

    private string Cell(string from, string to)
    {
        if (from == to)
            return "-";
        var trials = Trials.Where(trial => trial.From == from && trial.To == to).ToLookup(trial => trial.Kind);
        return !trials[TrialKind.Greeting].Any() ? "?"
            : !trials[TrialKind.Greeting].All(trial => trial.Good) ? "NO"
            : !trials[TrialKind.FullSize].All(trial => trial.Good) ? "SMALL ONLY"
            : "yes";
    }

    private string Told(TrialKind kind)
    {
        var tried = Trials.Where(trial => trial.Kind == kind).ToList();
        return tried.Count == 0 ? "not tried" : tried.TrueForAll(trial => trial.Good) ? (tried.Count == 1 ? "yes" : $"yes, {tried.Count} of {tried.Count}") : $"NO, {tried.Count(trial => trial.Good)} of {tried.Count}";
    }

    private static string Name(TrialKind kind) => kind switch
    {
        TrialKind.Greeting => "connections",
        TrialKind.FullSize => "packets of full size",
        _ => "connections by the Service",
    };
}
