using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Sockets;

namespace Overlay.NodeAgent.Asking;

/// <summary>
/// Answers questions about this node, on a socket of root's: by <c>overlay-agent ask</c>, which <c>kubectl overlay</c> runs by the API server's exec with
/// its user's own rights. It reads, it changes nothing.
/// </summary>
internal sealed class AskServer : IDisposable
{
    /// <summary>The socket's name in the run directory.</summary>
    public const string SocketName = "ask.sock";

    /// <summary>Questions at once: people ask them, some (of flows) for as long as they look.</summary>
    private const int MaxClients = 16;

    private readonly IReadOnlyList<IQuestion> _questions;
    private readonly TimeProvider _time;
    private readonly RootSocket _socket;

    /// <summary>A server; it does not listen yet.</summary>
    /// <param name="path">The socket's file.</param>
    /// <param name="questions">What may be asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of what goes wrong.</param>
    public AskServer(string path, IReadOnlyList<IQuestion> questions, TimeProvider time, ILogger<AskServer> log)
    {
        (_questions, _time) = (questions, time);
        _socket = new RootSocket(path, MaxClients, ServeAsync, time, log);
    }

    /// <summary>Takes the socket's path over and listens.</summary>
    public void Listen() => _socket.Listen();

    /// <summary>Serves until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _socket.RunAsync(cancellation);

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(Socket client, CancellationToken cancellation)
    {
        if (await ReceiveAsync(client, cancellation) is not [var word, .. var arguments])
            throw new IOException("it did not send a question of ours");
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var gone = CancelWhenGoneAsync(client, asked);
        var answer = new Answer(client);
        try
        {
            var question = _questions.FirstOrDefault(q => q.Word == word) ?? throw new AskException($"there is no question '{word}': {AskUsage.Of(_questions)}");
            await question.AnswerAsync(arguments, answer, asked.Token);
            await answer.PieceAsync(PieceKind.End, default, asked.Token);
        }
        catch (Exception error) when (error is not (SocketException or OperationCanceledException))
        {
            await answer.PieceAsync(PieceKind.Failure, Encoding.UTF8.GetBytes(error.Message), asked.Token);
            if (error is not AskException)
                throw;
        }
        finally
        {
            await asked.CancelAsync();
            await gone;
        }
    }

    private async Task<string[]> ReceiveAsync(Socket client, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(RootSocket.Patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var header = new byte[AskFrames.QuestionHeader];
        if (!await RootSocket.FillAsync(client, header, both.Token) || AskFrames.QuestionLength(header) is not { } length)
            return [];
        var body = new byte[length];
        return await RootSocket.FillAsync(client, body, both.Token) ? AskFrames.Words(body) : [];
    }

    /// <summary>Who asked says nothing more; when he closes, nobody waits for the answer.</summary>
    private static async Task CancelWhenGoneAsync(Socket client, CancellationTokenSource asked)
    {
        try
        {
            await client.ReceiveAsync(new byte[1], SocketFlags.None, asked.Token);
            await asked.CancelAsync();
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            await asked.CancelAsync();
        }
    }
}
