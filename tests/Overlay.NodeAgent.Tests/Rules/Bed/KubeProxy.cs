using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>What others write into a node's tables, from the fixtures, and calls through it.</summary>
internal static class KubeProxy
{
    /// <summary>The clusterCIDR in the fixtures.</summary>
    private const string Pods = "10.255.0.0/16";

    /// <summary>Loads a fixture into a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fixture">The fixture's name; empty: none.</param>
    /// <param name="endpoint">The pod that Services lead to.</param>
    /// <param name="second">The other one, of the Service that has two.</param>
    /// <param name="apiServer">The node that the API server is on.</param>
    /// <param name="knowsPods">Whether it was told which addresses are pods' (its clusterCIDR); it translates no source to tell the cluster from the world where it was not.</param>
    public static void Load(BedNode node, string fixture, IPAddress endpoint, IPAddress? second = null, BedNode? apiServer = null, bool knowsPods = true)
    {
        if (fixture.Length == 0)
        {
            return;
        }

        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Rules.{fixture}")!;
        var rules = string.Join('\n', new StreamReader(stream).ReadToEnd().Split('\n').Where(line => knowsPods || !line.Contains(Pods, StringComparison.Ordinal)))
            .Replace("@ENDPOINT@", endpoint.ToString(), StringComparison.Ordinal)
            .Replace("@SECOND@", (second ?? endpoint).ToString(), StringComparison.Ordinal)
            .Replace("@APISERVER@", (apiServer ?? node).UnderlayAddress.ToString(), StringComparison.Ordinal)
            .Replace("@NODE@", node.UnderlayAddress.ToString(), StringComparison.Ordinal);
        string[] program = fixture.EndsWith(".nft", StringComparison.Ordinal) ? ["nft", "-f", "-"] : ["iptables-nft-restore", "--noflush"];
        Command.Run(["ip", "netns", "exec", node.Name, .. program], rules);
    }

    /// <summary>Whether a pod and a server that another one runs on port 8080 talk, by the address that the client calls.</summary>
    public static async Task<bool> CallsAsync(this BedPod from, BedPod server, IPEndPoint by)
    {
        using var listener = server.Inside.Listen(server.Address4, 8080);
        using var client = from.Inside.Tcp(from.Address4);
        return await TalksAsync(listener, client, by);
    }

    /// <summary>The same, from a process on a node's network.</summary>
    public static async Task<bool> CallsAsync(this BedNode from, BedPod server, IPEndPoint by)
    {
        using var listener = server.Inside.Listen(server.Address4, 8080);
        using var client = from.Inside.Tcp(from.UnderlayAddress);
        return await TalksAsync(listener, client, by);
    }

    /// <summary>The same, to a process on a node's network.</summary>
    public static async Task<bool> CallsAsync(this BedPod from, BedNode server, int port, IPEndPoint by)
    {
        using var listener = server.Inside.Listen(server.UnderlayAddress, port);
        using var client = from.Inside.Tcp(from.Address4);
        return await TalksAsync(listener, client, by);
    }

    /// <summary>A process on a node's network, whose source address is the kernel's choice.</summary>
    public static async Task<bool> CallsDirectlyAsync(this BedNode from, BedPod server)
    {
        using var listener = server.Inside.Listen(server.Address4, 8080);
        using var client = from.Inside.Tcp(IPAddress.Any);
        return await TalksAsync(listener, client, new IPEndPoint(server.Address4, 8080));
    }

    private static async Task<bool> TalksAsync(Socket listener, Socket client, IPEndPoint by)
    {
        if (!await client.ConnectsAsync(by))
        {
            return false;
        }

        using var patience = Patience.Of(Traffic.Soon);
        using var accepted = await listener.AcceptAsync(patience.Token);
        return await Traffic.TalksAsync(client, accepted) && await Traffic.TalksAsync(accepted, client);
    }
}
