using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.Lab.Underlay;

/// <summary>HTTP from inside a namespace: probes and metrics of agents.</summary>
public static class NamespaceHttp
{
    /// <summary>A client whose sockets are opened inside.</summary>
    /// <param name="inside">The namespace; must outlive the client.</param>
    public static HttpClient Client(NetworkNamespace inside) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancel) =>
        {
            var socket = inside.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = TimeSpan.FromSeconds(5) };
}
