using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Leadership;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Leadership;

public sealed class LeaseHeartbeatTests
{
    private const string Path = "/apis/coordination.k8s.io/v1/namespaces/overlay/leases/node-1";

    [Fact]
    public async Task It_makes_renews_and_remakes_its_lease_and_carries_facts()
    {
        var store = new FakeStore();
        await using var server = new ScriptedServer(store.ServeAsync);
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        using var stop = new CancellationTokenSource();
        var applied = "1";
        using var heartbeat = new LeaseHeartbeat(
            new EntityClient<Lease>(connection, CoreJson.Default.Lease),
            new LeaseHeartbeatOptions
            {
                Lease = new ObjectKey("overlay", "node-1"),
                Identity = "node-1",
                Interval = TimeSpan.FromMinutes(1),
                Gather = TimeSpan.FromMilliseconds(20),
                Facts = () => new LeaseFacts
                {
                    Annotations = new Dictionary<string, string> { ["overlay-cni.io/applied"] = applied },
                    Owner = new OwnerReference("v1", "Node", "node-1", "uid-1"),
                },
            });
        heartbeat.SinceLastBeat.Should().Be(TimeSpan.MaxValue);
        var running = heartbeat.RunAsync(stop.Token);

        await Wait.UntilAsync(() => Applied() == "1", () => "the lease");
        store[Path]!["metadata"]!["ownerReferences"]![0]!["uid"]!.ToString().Should().Be("uid-1");
        var renewed = store[Path]!["spec"]!["renewTime"]!.ToString();

        applied = "2";
        heartbeat.Beat();
        await Wait.UntilAsync(() => Applied() == "2", () => "the new fact, long before the next beat");
        store[Path]!["spec"]!["renewTime"]!.ToString().Should().NotBe(renewed);

        store.Touch(Path); // somebody else wrote: our version is old
        applied = "3";
        heartbeat.Beat();
        await Wait.UntilAsync(
            () =>
            {
                heartbeat.Beat();
                return Applied() == "3";
            },
            () => "the fact after a conflict");
        store.Remove(Path);
        await Wait.UntilAsync(
            () =>
            {
                heartbeat.Beat();
                return Applied() == "3";
            },
            () => "the lease made anew");

        heartbeat.SinceLastBeat.Should().BeLessThan(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>();

        string? Applied() => store[Path]?["metadata"]!["annotations"]!["overlay-cni.io/applied"]!.ToString();
    }
}
