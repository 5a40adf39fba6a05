using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Events;

/// <summary>
/// Tells people what happened to an object (<c>kubectl describe</c>). It never blocks and never fails its caller: what comes again is counted up in
/// one Event, what comes too often waits, and when the API server is away what does not fit the queue is dropped and counted.
/// </summary>
public sealed partial class EventRecorder
{
    private readonly Channel<Occurrence> _queue;
    private readonly EventLedger _ledger;
    private readonly EntityClient<Event> _client;
    private readonly string _component;
    private readonly string _instance;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _dropped;

    /// <summary>Prepares it; <see cref="RunAsync"/> starts sending.</summary>
    /// <param name="client">Writes the Events.</param>
    /// <param name="component">The program's name, as <c>overlay-agent</c>.</param>
    /// <param name="instance">Which one of them: the node's or the pod's name.</param>
    /// <param name="logger">Hears of failures.</param>
    /// <param name="time">The clock.</param>
    public EventRecorder(EntityClient<Event> client, string component, string instance, ILogger? logger = null, TimeProvider? time = null)
    {
        _client = client;
        _component = component;
        _instance = instance;
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
        _ledger = new EventLedger(_time);
        _queue = Channel.CreateBounded<Occurrence>(
            new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>How many did not fit the queue, or could not be written; for metrics.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Records that something went as it should.</summary>
    /// <param name="about">The object.</param>
    /// <param name="reason">A CamelCase word for programs.</param>
    /// <param name="message">A sentence for people.</param>
    public void Normal(ObjectReference about, string reason, string message) => Record(about, EventType.Normal, reason, message);

    /// <summary>Records that somebody should look.</summary>
    /// <param name="about">The object.</param>
    /// <param name="reason">A CamelCase word for programs.</param>
    /// <param name="message">A sentence for people: what is wrong and what to do.</param>
    public void Warning(ObjectReference about, string reason, string message) => Record(about, EventType.Warning, reason, message);

    /// <summary>Records what happened; returns at once.</summary>
    /// <param name="about">The object.</param>
    /// <param name="type">How much it matters.</param>
    /// <param name="reason">A CamelCase word for programs.</param>
    /// <param name="message">A sentence for people.</param>
    public void Record(ObjectReference about, EventType type, string reason, string message) =>
        _queue.Writer.TryWrite(new Occurrence(about, type, reason, Cut(message), _time.GetUtcNow()));

    /// <summary>Sends until cancelled.</summary>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var occurrence in _queue.Reader.ReadAllAsync(cancel))
        {
            if (_ledger.Enter(occurrence) is not { } entry)
                continue;
            try
            {
                await WriteAsync(entry, occurrence, cancel);
            }
            catch (KubernetesException e)
            {
                Interlocked.Increment(ref _dropped);
                Failed(_logger, occurrence.Reason, occurrence.About.Kind, occurrence.About.Name, e.Message);
            }
        }
    }

    private async Task WriteAsync(EventLedger.Entry entry, Occurrence occurrence, CancellationToken cancel)
    {
        if (entry.Written is { } key)
        {
            try
            {
                await _client.PatchAsync(key, PatchFormat.Merge, CountPatch(entry.Count, occurrence.At), cancel);
                return;
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                // The API server forgets Events after an hour.
            }
        }

        var made = await _client.CreateAsync(Make(entry, occurrence), cancel);
        entry.Written = made.Metadata.Key;
    }

    private Event Make(EventLedger.Entry entry, Occurrence occurrence) => new()
    {
        Metadata = new ObjectMeta
        {
            // As client-go names them: the object and when, in hexadecimal; a random number does as well and can not clash.
            Name = $"{occurrence.About.Name}.{Random.Shared.NextInt64():x16}",
            // Events about cluster-scoped objects live in "default".
            Namespace = occurrence.About.Namespace ?? "default",
        },
        InvolvedObject = occurrence.About,
        Type = occurrence.Type,
        Reason = occurrence.Reason,
        Message = occurrence.Message,
        Source = new EventSource(_component) { Host = _instance },
        ReportingComponent = _component,
        ReportingInstance = _instance,
        Count = entry.Count,
        FirstTimestamp = entry.First,
        LastTimestamp = occurrence.At,
    };

    private static byte[] CountPatch(int count, DateTimeOffset last)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteString("lastTimestamp", last.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    // The API server refuses messages above 1,024 bytes.
    private static string Cut(string message) => message.Length <= 1000 ? message : message[..1000] + "...";

    [LoggerMessage(EventId = 251, Level = LogLevel.Warning, Message = "The Event {Reason} about {Kind} {Name} could not be written: {Cause}")]
    private static partial void Failed(ILogger logger, string reason, string? kind, string? name, string cause);
}
