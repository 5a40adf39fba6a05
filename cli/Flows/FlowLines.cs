using System.Text.Json;
using Overlay.Api.Flows;

namespace Overlay.Cli.Flows;

/// <summary>Takes an agent's answer as it comes, and hands on a flow for each whole line. What is no flow is passed over: an agent may be newer than this program.</summary>
/// <param name="take">Takes a flow.</param>
internal sealed class FlowLines(Action<Flow> take) : Stream
{
    /// <summary>A line that is longer is no flow.</summary>
    private const int Longest = 64 * 1024;

    private readonly MemoryStream _line = new();

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.IndexOf((byte)'\n') is var end and >= 0)
        {
            Keep(buffer[..end]);
            TakeLine();
            buffer = buffer[(end + 1)..];
        }

        Keep(buffer);
    }

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override void Flush() { }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_line.Length <= Longest)
            _line.Write(bytes);
    }

    private void TakeLine()
    {
        var line = _line.ToArray();
        _line.SetLength(0);
        try
        {
            if (line.Length <= Longest && JsonSerializer.Deserialize(line, FlowJson.Default.Flow) is { Event: "flow" } flow)
                take(flow);
        }
        catch (JsonException)
        {
            // No flow.
        }
    }
}
