using Microsoft.Extensions.Time.Testing;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Events;

public sealed class EventRecorderTests : IAsyncLifetime
{
    private static readonly ObjectReference Pod = new() { ApiVersion = "v1", Kind = "Pod", Namespace = "shop", Name = "cart", Uid = "u" };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeStore _store = new();
    private readonly ScriptedServer _server;
    private readonly ClusterConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly EventRecorder _recorder;
    private Task _running = Task.CompletedTask;

    public EventRecorderTests()
    {
        _server = new ScriptedServer(_store.ServeAsync);
        _connection = new ClusterConnection(new ConnectionSettings { Server = _server.Address });
        _recorder = new EventRecorder(new EntityClient<Event>(_connection, CoreJson.Default.Event), "overlay-agent", "node-1", time: _time);
    }

    public ValueTask InitializeAsync()
    {
        _running = _recorder.RunAsync(_stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await FluentActions.Awaiting(() => _running).Should().ThrowAsync<OperationCanceledException>();
        _connection.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task An_event_tells_who_says_what_about_which_object()
    {
        _recorder.Warning(Pod, "TagUnknown", "No tag for the pod's labels yet.");

        await Wait.UntilAsync(() => _store.All.Count == 1, () => "the event");
        var made = _store.All[0];
        made["involvedObject"]!["name"]!.ToString().Should().Be("cart");
        made["metadata"]!["namespace"]!.ToString().Should().Be("shop");
        (made["type"]!.ToString(), made["reason"]!.ToString(), made["count"]!.GetValue<int>()).Should().Be(("Warning", "TagUnknown", 1));
        (made["source"]!["component"]!.ToString(), made["reportingComponent"]!.ToString(), made["reportingInstance"]!.ToString())
            .Should().Be(("overlay-agent", "overlay-agent", "node-1"));
    }

    [Fact]
    public async Task What_comes_again_is_counted_in_one_event_and_written_seldom()
    {
        for (var i = 0; i < 100; i++)
            _recorder.Warning(Pod, "Failed", "same again");
        _recorder.Warning(Pod with { Name = "other", Uid = "v" }, "Failed", "comes after all these");
        await Wait.UntilAsync(() => _store.All.Count == 2, () => "both events");
        _time.Advance(TimeSpan.FromSeconds(10));
        _recorder.Warning(Pod, "Failed", "same again");

        await Wait.UntilAsync(() => _store.All.Any(e => e["count"]!.GetValue<int>() == 101), () => "the count");
        _store.Seen.Should().HaveCount(3, "two events made, and one counted up once");
    }

    [Fact]
    public async Task One_object_can_not_flood_the_server()
    {
        for (var i = 0; i < 100; i++)
            _recorder.Warning(Pod, "Failed", $"another message {i}");
        _recorder.Warning(Pod with { Name = "other", Uid = "v" }, "Failed", "mine");

        await Wait.UntilAsync(() => _store.All.Any(e => e["message"]!.ToString() == "mine"), () => "another object's event");
        _store.All.Should().HaveCount(26, "a burst of 25 for one object, and the other's");
    }

    [Fact]
    public async Task A_server_that_is_away_blocks_nobody()
    {
        _store.Refuse = _ => (503, "ServiceUnavailable");
        for (var i = 0; i < 2000; i++)
            _recorder.Normal(Pod with { Name = $"pod-{i}" }, "Reason", "message");

        await Wait.UntilAsync(() => _recorder.Dropped == 2000, () => $"all dropped, {_recorder.Dropped} are");
    }

    [Fact]
    public async Task A_cluster_scoped_objects_events_live_in_default()
    {
        _recorder.Normal(new ObjectReference { Kind = "Subnet", Name = "10.255.2.0-24" }, "Allocated", new string('x', 2000));

        await Wait.UntilAsync(() => _store.All.Count == 1, () => "the event");
        _store.All[0]["metadata"]!["namespace"]!.ToString().Should().Be("default");
        _store.All[0]["message"]!.ToString().Length.Should().BeLessThan(1024);
    }
}
