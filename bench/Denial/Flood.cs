using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.Bench.Denial;

/// <summary>Datagrams from inside a namespace, as fast as one thread sends them to one target, each few milliseconds to each of many, until disposed.</summary>
internal sealed class Flood : IDisposable
{
    private readonly Thread thread;
    private readonly CancellationTokenSource end = new();
    private long sent;

    private Flood(Socket socket, IReadOnlyList<IPEndPoint> targets)
    {
        thread = new Thread(() => Send(socket, targets)) { IsBackground = true, Name = "flood" };
        thread.Start();
    }

    /// <summary>How many were sent.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Begins.</summary>
    /// <param name="inside">The namespace they are sent in.</param>
    /// <param name="targets">Whom to, in turn.</param>
    public static Flood Start(NetworkNamespace inside, IReadOnlyList<IPEndPoint> targets) =>
        new(inside.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)), targets);

    public void Dispose()
    {
        end.Cancel();
        thread.Join();
        end.Dispose();
    }

    private void Send(Socket socket, IReadOnlyList<IPEndPoint> targets)
    {
        using var owned = socket;
        var addresses = targets.Select(target => target.Serialize()).ToArray();
        var message = new byte[8];
        for (var n = 0; !end.IsCancellationRequested; n = (n + 1) % addresses.Length)
        {
            try
            {
                socket.SendTo(message, SocketFlags.None, addresses[n]);
                Interlocked.Increment(ref sent);
            }
            catch (SocketException)
            {
                // No route yet, or a queue that is full: the next one goes out.
            }

            // Who spreads over many wants to meet each of them every few milliseconds, not to take a processor from those who start.
            if (n == addresses.Length - 1 && n > 0)
                end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1));
        }
    }
}
