using System.Net.Sockets;
using System.Text;
using Overlay.NodeAgent.Sockets;

namespace Overlay.NodeAgent.Asking;

/// <summary><c>overlay-agent ask WHAT [ARGUMENTS]</c>: asks the agent that runs on this node and prints its answer.</summary>
internal static class AskCommand
{
    /// <summary>Asks.</summary>
    /// <param name="socket">The agent's socket.</param>
    /// <param name="words">The question.</param>
    /// <param name="output">Takes the answer.</param>
    /// <param name="errors">Takes what failed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>0; 1 when the agent has no answer; 2 when it can not be asked.</returns>
    public static async Task<int> RunAsync(string socket, IReadOnlyList<string> words, Stream output, TextWriter errors, CancellationToken cancellation)
    {
        try
        {
            using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await agent.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            await RootSocket.SendAsync(agent, AskFrames.Question(words), cancellation);
            return await PrintAsync(agent, output, errors, cancellation);
        }
        catch (OperationCanceledException)
        {
            return 2;
        }
        catch (Exception error) when (error is SocketException or FormatException or IOException)
        {
            await errors.WriteLineAsync($"the agent of this node can not be asked ({socket}): {error.Message}; does it run, and is this root?");
            return 2;
        }
    }

    private static async Task<int> PrintAsync(Socket agent, Stream output, TextWriter errors, CancellationToken cancellation)
    {
        var header = new byte[AskFrames.PieceHeader];
        while (await RootSocket.FillAsync(agent, header, cancellation) && AskFrames.ReadPiece(header) is var (kind, length))
        {
            var piece = new byte[length];
            if (!await RootSocket.FillAsync(agent, piece, cancellation))
                break;
            switch (kind)
            {
                case PieceKind.Text:
                    await output.WriteAsync(piece, cancellation);
                    await output.FlushAsync(cancellation);
                    break;
                case PieceKind.End:
                    return 0;
                default:
                    await errors.WriteLineAsync(Encoding.UTF8.GetString(piece));
                    return 1;
            }
        }

        throw new IOException("it closed the connection in the middle of its answer");
    }
}
