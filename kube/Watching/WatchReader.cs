using System.Buffers;
using System.Text.Json;
using Overlay.Api.Objects;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Watching;

/// <summary>
/// Splits a watch into lines, one JSON object each, and parses <c>{"type":"ADDED","object":{...}}</c> straight from a rented buffer.
/// A silent watch holds no more than the smallest buffer.
/// </summary>
internal sealed class WatchReader<T>(EntityParser<T> parser) : IDisposable
    where T : class, IEntity
{
    private const int SmallBuffer = 4 * 1024;

    // etcd refuses objects above 1.5 MiB; JSON may be somewhat longer than what it stores.
    private const int LongestLine = 16 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
    private int _start;
    private int _end;
    private int _searched;

    /// <summary>Waits for more bytes; false when the server has ended the watch.</summary>
    public async ValueTask<bool> FillAsync(Stream body, CancellationToken cancel)
    {
        MakeRoom();
        var read = await body.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += read;
        return read > 0;
    }

    /// <summary>Takes the next whole line, if it has come.</summary>
    /// <exception cref="JsonException">The line is no watch event.</exception>
    public bool TryRead(out WatchEvent<T> taken)
    {
        taken = default;
        while (true)
        {
            var newline = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (newline < 0)
            {
                _searched = _end;
                return false;
            }

            var line = _buffer.AsSpan(_start, _searched + newline - _start);
            _start = _searched += newline + 1;
            if (line.Trim(" \r\t"u8).IsEmpty)
                continue;
            taken = Parse(line);
            return true;
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private WatchEvent<T> Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        WatchEventType? type = null;
        Utf8JsonReader body = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isBody = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
                type = TypeOf(ref reader);
            if (isBody)
                body = reader;
            reader.Skip();
        }

        if (type is not { } what || body.TokenType == JsonTokenType.None)
            throw new JsonException("a line of the watch lacks type or object");
        return what == WatchEventType.Error
            ? new WatchEvent<T>(what, null, JsonSerializer.Deserialize(ref body, WireJson.Default.Status))
            : Event(what, ref body);
    }

    private WatchEvent<T> Event(WatchEventType type, ref Utf8JsonReader body)
    {
        var entity = parser.Read(ref body, out var unreadable);
        return new WatchEvent<T>(type, entity ?? unreadable?.Replacement, null) { Unreadable = unreadable };
    }

    private static WatchEventType TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
        : reader.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventType.Error
        : throw new JsonException($"\"{reader.GetString()}\" is no type of a watch event");

    private void MakeRoom()
    {
        var length = _end - _start;
        if (length == 0 && _buffer.Length > 4 * SmallBuffer)
            Move(SmallBuffer);
        else if (length == _buffer.Length)
            Move(length < LongestLine ? length * 2 : throw new JsonException($"a line of the watch is longer than {LongestLine} bytes"));
        else if (_start > 0)
            Shift(_buffer);
    }

    private void Move(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        Shift(other);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = other;
    }

    private void Shift(byte[] target)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _searched -= _start;
        _end -= _start;
        _start = 0;
    }
}
