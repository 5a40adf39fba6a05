using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Overlay.Netlink;

namespace Overlay.Lab.ApiServer;

/// <summary>One server, doors in several network namespaces: a socket belongs to the namespace it was opened in.</summary>
internal static class NamespaceListener
{
    public static Socket Bind(EndPoint endpoint, EmbeddedApiServerOptions options)
    {
        if (endpoint is not IPEndPoint ip || !options.Namespaces.TryGetValue(ip, out var path))
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        using var inside = NetworkNamespace.Open(path);
        return inside.Run(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
    }
}
