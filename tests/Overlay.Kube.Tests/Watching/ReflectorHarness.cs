using Overlay.Api.Objects;
using Overlay.Kube.Caching;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Queueing;
using Overlay.Kube.Tests.Server;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

/// <summary>A reflector of namespaces against a scripted server, with all waits shortened.</summary>
internal sealed class ReflectorHarness : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly ClusterConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ReflectorHarness(
        Func<Request, Answer, int, Task> script, ReflectorOptions<Namespace>? options = null, double requestTimeout = 5,
        EntitySalvage<Namespace>? salvage = null)
    {
        _server = new ScriptedServer((request, answer) =>
        {
            int number;
            lock (Requests)
            {
                Requests.Add(request);
                number = request.IsWatch ? Requests.Count(r => r.IsWatch) : Requests.Count(r => !r.IsWatch);
            }

            return script(request, answer, number);
        });
        _connection = new ClusterConnection(
            new ConnectionSettings { Server = _server.Address, RequestTimeout = TimeSpan.FromSeconds(requestTimeout) });
        var client = new EntityClient<Namespace>(_connection, CoreJson.Default.Namespace, null, salvage);
        Cache.Subscribe(change =>
        {
            lock (Changes)
                Changes.Add($"{change.Kind} {change.Key}{(change.New?.Metadata.Labels?["l"] is { } l ? " " + l : "")}");
        });
        Reflector = new Reflector<Namespace>(
            client,
            Cache,
            (options ?? new ReflectorOptions<Namespace>()) with { Backoff = new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50)) },
            Log);
        _running = Reflector.RunAsync(_stop.Token);
    }

    public EntityCache<Namespace> Cache { get; } = new();

    public Reflector<Namespace> Reflector { get; }

    public List<Request> Requests { get; } = [];

    /// <summary>What the reflector said.</summary>
    public LogLines Log { get; } = new();

    public List<string> Changes { get; } = [];

    /// <summary>The names there are, each with its label.</summary>
    public string State => string.Join(' ', Cache.Snapshot().Select(n => $"{n.Metadata.Name}={n.Metadata.Labels!["l"]}").Order(StringComparer.Ordinal));

    public ScriptedServer Server => _server;

    public Task UntilAsync(string state) => Wait.UntilAsync(() => State == state, () => $"state \"{state}\", it is \"{State}\"; {Log}");

    public Namespace? Find(string name) => Cache.Find(new ObjectKey(null, name));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await FluentActions.Awaiting(() => _running).Should().ThrowAsync<OperationCanceledException>();
        _connection.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }
}
