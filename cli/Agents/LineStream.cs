using System.Text;

namespace Overlay.Cli.Agents;

/// <summary>Takes an answer that comes line by line, and tells when the first is there.</summary>
internal sealed class LineStream : MemoryStream
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first line is whole.</summary>
    public Task First => _first.Task;

    /// <summary>The last whole line; empty: there is none.</summary>
    public string Last => Encoding.UTF8.GetString(ToArray()).Split('\n') is [.., var last, _] ? last : "";

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        if (buffer.Span.Contains((byte)'\n'))
            _first.TrySetResult();
    }
}
