using System.Net;
using System.Text.Json.Nodes;
using Overlay.EndToEnd.Tests.Runtimes;
using Overlay.Lab.Echo;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A pod of the pod network, seen from the test.</summary>
/// <remarks>Owns the open namespace.</remarks>
internal sealed record KubeletPod(string Name, string Node, IReadOnlyList<IPAddress> Addresses, NetworkNamespace Space) : IDisposable
{
    /// <summary>Where its server is, when it has one.</summary>
    public IPEndPoint At => Everywhere[0];

    /// <summary>The same, by each of its addresses.</summary>
    public IReadOnlyList<IPEndPoint> Everywhere => [.. Addresses.Select(address => new IPEndPoint(address, EchoServer.DefaultPort))];

    /// <summary>Serves in it.</summary>
    public EchoServer Serve() => EchoServer.Start(Space, Name, [EchoServer.DefaultPort]);

    public void Dispose() => Space.Dispose();
}

/// <summary>A Pod that does nothing.</summary>
internal static class IdlePod
{
    /// <summary>The object.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="node">Where it runs.</param>
    /// <param name="app">Its workload; null: called as it is.</param>
    public static JsonObject Of(string ns, string name, string node, string? app = null) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = app ?? name } },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = node,
            ["terminationGracePeriodSeconds"] = 0,
            ["automountServiceAccountToken"] = false,
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "idle", ["image"] = PauseImage.Reference }),
        },
    };
}
