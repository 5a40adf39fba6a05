using System.Buffers;
using System.Text.Json;
using Overlay.Api.Objects;

namespace Overlay.Kube.Entities;

/// <summary>
/// Parses <c>{"kind": ..., "metadata": {...}, "items": [...]}</c> as it arrives. The buffer is rented and grows to the largest single item,
/// not to the list: a list from the watch cache comes in one piece, and five thousand pods are 25 MB of text.
/// </summary>
/// <param name="parser">Parses the items.</param>
/// <param name="take">Takes an item.</param>
/// <param name="unreadable">Takes one that does not fit its kind; null: what stands for it is taken, and one that nothing stands for breaks the list.</param>
internal sealed class ListReader<T>(EntityParser<T> parser, Action<T> take, Action<Unreadable<T>>? unreadable = null) : IDisposable
    where T : class, IEntity
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
    private int _length;
    private JsonReaderState _state;
    private Place _place = Place.Start;
    private Value _pending = Value.Other;
    private bool _ended;

    private enum Place
    {
        Start,
        List,
        Items,
        End,
    }

    private enum Value
    {
        Other,
        Metadata,
        Items,
    }

    public WireListMeta Meta { get; private set; } = new(null, null);

    /// <summary>Reads what has come; false at the end of the list.</summary>
    public async ValueTask<bool> ReadAsync(Stream body, CancellationToken cancel)
    {
        if (_length == _buffer.Length)
            Grow();
        var read = await body.ReadAsync(_buffer.AsMemory(_length), cancel);
        _length += read;
        _ended = read == 0;
        Parse();
        if (_ended && _place != Place.End)
            throw new JsonException("the text ends before the list does");
        return !_ended;
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Parse()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(0, _length), _ended, _state);
        // What follows a mark may have come only in part; the next call starts again from the last mark.
        var consumed = 0L;
        while (Step(ref reader))
        {
            consumed = reader.BytesConsumed;
            _state = reader.CurrentState;
        }

        _buffer.AsSpan((int)consumed, _length - (int)consumed).CopyTo(_buffer);
        _length -= (int)consumed;
    }

    /// <summary>Takes one whole step of the grammar; false when it has not all come yet.</summary>
    private bool Step(ref Utf8JsonReader reader)
    {
        if (_place == Place.End || !reader.Read())
            return false;
        switch (_place)
        {
            case Place.Start:
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw new JsonException("not an object");
                _place = Place.List;
                return true;

            case Place.List when reader.TokenType == JsonTokenType.EndObject:
                _place = Place.End;
                return true;

            case Place.List when reader.TokenType == JsonTokenType.PropertyName:
                _pending = reader.ValueTextEquals("items"u8) ? Value.Items : reader.ValueTextEquals("metadata"u8) ? Value.Metadata : Value.Other;
                return true;

            case Place.List when _pending == Value.Items && reader.TokenType == JsonTokenType.StartArray:
                _place = Place.Items;
                return true;

            case Place.List when _pending == Value.Metadata && reader.TokenType == JsonTokenType.StartObject:
                if (Whole(ref reader, out var meta))
                    Meta = JsonSerializer.Deserialize(ref meta, WireJson.Default.WireListMeta) ?? Meta;
                else
                    return false;
                return true;

            case Place.List:
                return reader.TrySkip();

            case Place.Items when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.List;
                return true;

            default:
                if (!Whole(ref reader, out var item))
                    return false;
                Take(ref item);
                return true;
        }
    }

    private void Take(ref Utf8JsonReader item)
    {
        if (parser.Read(ref item, out var misfit) is { } entity)
            take(entity);
        else if (unreadable is not null)
            unreadable(misfit!);
        else
            take(misfit!.Replacement ?? throw new JsonException($"{misfit.Metadata.Key}: {misfit.Problem}"));
    }

    /// <summary>A reader of the value that begins here, if all of it has come; <paramref name="reader"/> moves to its end.</summary>
    private static bool Whole(ref Utf8JsonReader reader, out Utf8JsonReader value)
    {
        value = reader;
        return reader.TrySkip();
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
