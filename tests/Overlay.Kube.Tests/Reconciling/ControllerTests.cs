using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Kube.Caching;
using Overlay.Kube.Connection;
using Overlay.Kube.Entities;
using Overlay.Kube.Queueing;
using Overlay.Kube.Reconciling;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Reconciling;

public sealed class ControllerTests : IAsyncDisposable
{
    private static readonly Backoff Short = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20));
    private readonly EntityCache<Subnet> _cache = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        _stop.Dispose();
    }

    [Fact]
    public async Task Nothing_is_done_before_the_first_list_has_come()
    {
        var script = new Script((_, _) => Requeue.Done);
        using var controller = new Controller<Subnet>(_cache, script, backoff: Short);
        _running = controller.RunAsync(_stop.Token);
        _cache.Put(NewSubnet("a", 1));

        await Task.Delay(50, TestContext.Current.CancellationToken);
        script.Calls.Should().BeEmpty();
        _cache.Replace([NewSubnet("a", 1)]);

        await Wait.UntilAsync(() => script.Calls.Count == 1, () => "the first call");
    }

    [Fact]
    public async Task Each_change_and_each_deletion_is_brought_up()
    {
        var script = new Script((_, _) => Requeue.Done);
        using var controller = new Controller<Subnet>(_cache, script, backoff: Short);
        _running = controller.RunAsync(_stop.Token);
        _cache.Replace([NewSubnet("a", 1)]);

        await Wait.UntilAsync(() => script.Last == "a@1", () => "a");
        _cache.Put(NewSubnet("a", 2));
        await Wait.UntilAsync(() => script.Last == "a@2", () => "the change");
        _cache.Remove(NewSubnet("a", 3));
        await Wait.UntilAsync(() => script.Last == "a gone", () => "the deletion");
    }

    [Fact]
    public async Task What_failed_is_tried_again_until_it_succeeds()
    {
        var script = new Script((call, _) => call < 4 ? throw new InvalidOperationException("not yet") : Requeue.Done);
        using var controller = new Controller<Subnet>(_cache, script, backoff: Short);
        _running = controller.RunAsync(_stop.Token);
        _cache.Replace([NewSubnet("a", 1)]);

        await Wait.UntilAsync(() => script.Calls.Count == 4, () => "four tries");
        await Task.Delay(60, TestContext.Current.CancellationToken);
        script.Calls.Should().HaveCount(4);
        (controller.Loop.Runs, controller.Loop.Failures).Should().Be((4, 3));
    }

    [Fact]
    public async Task A_requeue_looks_again_without_a_change()
    {
        var script = new Script((_, _) => Requeue.After(TimeSpan.FromMilliseconds(10)));
        using var controller = new Controller<Subnet>(_cache, script, backoff: Short);
        _running = controller.RunAsync(_stop.Token);
        _cache.Replace([NewSubnet("a", 1)]);

        await Wait.UntilAsync(() => script.Calls.Count >= 5, () => "five looks");
    }

    [Fact]
    public async Task A_finalizer_is_put_on_and_taken_off_after_its_work()
    {
        var store = new FakeStore();
        await using var server = new ScriptedServer(store.ServeAsync);
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        var client = new EntityClient<Subnet>(connection, OverlayJson.Default.Subnet);
        var work = new CleanUp();
        var finalizers = new Finalizers<Subnet>(client, work, (subnet, meta) => subnet with { Metadata = meta });
        var made = await client.CreateAsync(NewSubnet("a", 0), _stop.Token);

        (await finalizers.HandleAsync(made, _stop.Token)).Should().BeTrue();
        var carrying = await client.GetAsync(made.Metadata.Key, _stop.Token);
        carrying.Metadata.Finalizers.Should().Equal("overlay-cni.io/test");
        work.Done.Should().Be(0);

        var dying = carrying with { Metadata = carrying.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
        (await finalizers.HandleAsync(dying, _stop.Token)).Should().BeFalse();
        work.Done.Should().Be(1);
        (await client.GetAsync(made.Metadata.Key, _stop.Token)).Metadata.Finalizers.Should().BeEmpty();
    }

    private static Subnet NewSubnet(string name, int version) =>
        new() { Metadata = new ObjectMeta { Name = name, Uid = name, ResourceVersion = version == 0 ? null : $"{version}" } };

    private sealed class CleanUp : IEntityFinalizer<Subnet>
    {
        public string Name => "overlay-cni.io/test";

        public int Done { get; private set; }

        public Task FinalizeAsync(Subnet entity, CancellationToken cancel)
        {
            Done++;
            return Task.CompletedTask;
        }
    }

    private sealed class Script(Func<int, Subnet?, Requeue> reconcile) : IEntityController<Subnet>
    {
        public List<string> Calls { get; } = [];

        public string? Last => Calls.LastOrDefault();

        public Task<Requeue> ReconcileAsync(ObjectKey key, Subnet? entity, CancellationToken cancel)
        {
            Calls.Add(entity is null ? $"{key} gone" : $"{key}@{entity.Metadata.ResourceVersion}");
            return Task.FromResult(reconcile(Calls.Count, entity));
        }
    }
}
