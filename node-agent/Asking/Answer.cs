using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.NodeAgent.Sockets;

namespace Overlay.NodeAgent.Asking;

/// <summary>An answer on its way to who asked.</summary>
/// <remarks>JSON escapes control characters, so nothing in a label or comment can steer the terminal that shows it.</remarks>
internal sealed class Answer(Socket client)
{
    /// <summary>Says one value, as a line of JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SayAsync<T>(T value, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(value, json);
        for (var sent = 0; sent < line.Length; sent += AskFrames.MaxPiece)
            await PieceAsync(PieceKind.Text, line.AsMemory(sent, Math.Min(AskFrames.MaxPiece, line.Length - sent)), cancellation);
        await PieceAsync(PieceKind.Text, "\n"u8.ToArray(), cancellation);
    }

    /// <summary>Sends a piece.</summary>
    public Task PieceAsync(PieceKind kind, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        RootSocket.SendAsync(client, AskFrames.Piece(kind, bytes.Span), cancellation);
}
