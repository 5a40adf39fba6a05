using System.Globalization;
using System.Text;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Cli.Agents;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Exec;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>Lets the probes try each other, by exec in their pods.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="plan">What was made.</param>
/// <param name="pods">The probes that run, by node.</param>
/// <param name="program">The agent's program in their image.</param>
internal sealed class ProbeTrials(ClusterConnection connection, ProbePlan plan, IReadOnlyDictionary<string, Pod> pods, string program)
{
    /// <summary>A server needs a moment to start, and a policy to be in force everywhere: its tags come by the operator.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5), InForce = TimeSpan.FromSeconds(30), Spare = TimeSpan.FromSeconds(15);

    /// <summary>All pairs, at all addresses; full packets where a greeting came through. Each probe tries one after the other.</summary>
    public async Task<IReadOnlyList<Trial>> PairsAsync(CancellationToken cancel)
    {
        var bySource = plan.Pairs.Where(pair => pods.ContainsKey(pair.From) && pods.ContainsKey(pair.To)).GroupBy(pair => pair.From);
        return [.. (await Task.WhenAll(bySource.Select(FromAsync))).SelectMany(trials => trials)];

        async Task<List<Trial>> FromAsync(IEnumerable<(string From, string To)> pairs)
        {
            List<Trial> trials = [];
            foreach (var (from, to) in pairs)
            {
                foreach (var address in AddressesOf(to))
                {
                    trials.Add(await TryAsync(TrialKind.Greeting, from, to, address, Settled, cancel));
                    if (trials[^1].Good)
                        trials.Add(await TryAsync(TrialKind.FullSize, from, to, address, Settled, cancel));
                }
            }

            return trials;
        }
    }

    /// <summary>The target by its Service, from every other node.</summary>
    public async Task<IReadOnlyList<Trial>> ServiceAsync(string address, CancellationToken cancel) =>
        pods.ContainsKey(Target)
            ? await Task.WhenAll(plan.Nodes.Where(node => node != Target && pods.ContainsKey(node)).Select(from => TryAsync(TrialKind.Service, from, Target, address, Settled, cancel)))
            : [];

    /// <summary>A policy that denies one pair, in force and gone again; nothing where that pair could not connect before.</summary>
    /// <param name="before">What was found before.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<Trial>> PolicyAsync(IReadOnlyCollection<Trial> before, CancellationToken cancel)
    {
        var reaching = plan.Reaching(Target, before);
        var source = plan.Nodes[0];
        if (!reaching.Contains(source))
            return [];
        var policies = new EntityClient<NetworkPolicy>(connection, OverlayJson.Default.NetworkPolicy);
        var key = new ObjectKey(plan.Namespace, ProbePlan.Policy);
        await policies.ApplyTextAsync(key, plan.PolicyManifest, force: false, cancel);
        List<Trial> trials = [await TryAsync(TrialKind.Denied, source, Target, AddressesOf(Target)[0], InForce, cancel)];
        if (reaching.FirstOrDefault(node => node != source) is { } bystander)
            trials.Add(await TryAsync(TrialKind.Bystander, bystander, Target, AddressesOf(Target)[0], Settled, cancel));
        await policies.DeleteAsync(key, null, cancel);
        trials.Add(await TryAsync(TrialKind.AllowedAgain, source, Target, AddressesOf(Target)[0], InForce, cancel));
        return trials;
    }

    private string Target => plan.Nodes[1];

    private List<string> AddressesOf(string node) => [.. (pods[node].Status?.PodIPs ?? []).Select(address => address.Ip)];

    private async Task<Trial> TryAsync(TrialKind kind, string from, string to, string address, TimeSpan within, CancellationToken cancel)
    {
        string[] command =
        [
            program, "probe", "connect", "--address", address, "--port", $"{ProbePlan.Port}",
            "--expect", kind == TrialKind.Denied ? "denied" : "allowed",
            "--within", within.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            .. kind == TrialKind.FullSize ? ["--bytes", $"{ProbePlan.Bytes}"] : (string[])[],
        ];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within + Spare);
        using var said = new MemoryStream();
        try
        {
            var code = await new PodExec(connection).RunAsync(plan.PodOf(from), ProbePlan.Container, command, said, said, limit.Token);
            return new Trial(kind, from, to, code == 0, Encoding.UTF8.GetString(said.ToArray()).Trim());
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            throw new AgentException($"the probes can not be asked: {e.Message}; that needs the right to create pods/exec in namespaces that you make", e);
        }
        catch (KubernetesException e)
        {
            return new Trial(kind, from, to, false, $"it could not be tried: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Trial(kind, from, to, false, $"it could not be tried: the probe on {from} had no answer within {(within + Spare).TotalSeconds:0} s");
        }
    }
}
