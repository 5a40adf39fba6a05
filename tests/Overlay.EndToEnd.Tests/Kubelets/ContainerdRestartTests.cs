using System.Collections.Immutable;
using System.Globalization;
using Overlay.EndToEnd.Tests.Faults;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>The container runtime ends, in order and not, while it starts pods and others talk.</summary>
[Collection(KubeletCollection.UnderWay)]
public sealed class ContainerdRestartTests(ITestOutputHelper told) : KubeletTests(KubeletCollection.UnderWay)
{
    private const int Pods = 10;

    private Kubelet Kubelet => Cluster.Kubelets[0];

    [Fact]
    public async Task Flows_do_not_notice_cut_starts_succeed_later_and_no_address_or_device_is_left_over()
    {
        await InstalledAsync();
        await using var ground = await KubeletGround.OpenAsync(Cluster);
        await using (var traffic = await ground.TalkAsync())
        {
            foreach (var signal in (string[])["TERM", "KILL"])
            {
                var late = Task.WhenAll(Enumerable.Range(0, Pods).Select(i => ground.RunAsync("stranger", $"late-{signal.ToLowerInvariant()}-{i}", 0)));
                await Until.TrueAsync(Patience, "the first of them to have a device", () => NodeState.Veths(Kubelet.Machine.Node).Count > RunningAddresses().Count);
                Kubelet.Machine.EndContainerd(signal);
                foreach (var stranger in await late)
                    (await KubeletGround.ReachesAsync(stranger, ground.Servers[1])).Should().BeFalse("{0} is denied", stranger.Name);
                var cut = Kubelet.Pods.Count(run => run.Pod.Name.StartsWith($"late-{signal}-", StringComparison.OrdinalIgnoreCase) && run.SandboxesAskedFor > 1);
                told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{signal}: the starts of {cut} of {Pods} pods were cut"));
                cut.Should().BeGreaterThan(0, "a runtime that had nothing to do proves nothing");
                await NothingIsLeftAsync(signal);
            }

            var report = await traffic.StopAsync();
            told.WriteLine(report.ToString());
            report.ShouldBeUndisturbed();
        }

        await ground.DeletePodsAsync();
        await NothingIsLeftAsync("the end");
    }

    /// <summary>What the kernel and the agent have are the running pods', and no more.</summary>
    private async Task NothingIsLeftAsync(string when)
    {
        var seen = "";
        var took = await Until.TrueAsync(
            Patience,
            $"the addresses and devices of running pods alone, after {when}",
            async () =>
            {
                var (running, addresses, veths) = (RunningAddresses(), NodeState.PodAddresses(Kubelet.Machine.Node), NodeState.Veths(Kubelet.Machine.Node).Count);
                var used = await NodeState.MetricAsync(Kubelet.Machine.Node, "overlay_addresses_in_use");
                seen = $"{veths} devices, {used} addresses in use, too many {string.Join(' ', addresses.Except(running))}, missing {string.Join(' ', running.Except(addresses))}\n{Kubelet.Find("overlay-agent")}";
                return addresses.SetEquals(running) && veths == running.Count && (int)used == running.Count;
            },
            () => seen);
        told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: {RunningAddresses().Count} pods, nothing left over after {took.TotalSeconds:F1} s"));
    }

    private ImmutableSortedSet<string> RunningAddresses() => [.. Kubelet.Pods.Select(run => run.Sandbox?.Address.ToString()).OfType<string>()];
}
