using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Netlink;

namespace Overlay.Bench.Policy;

/// <summary>
/// From the moment a policy is sent to the API server until the first packet it allows has come back; and from its
/// deletion until the last. Seen by packets, between pods on two nodes.
/// </summary>
internal static class InForceFigures
{
    private const string Namespace = "swift";
    private const string Collection = $"apis/overlay-cni.io/v1alpha1/namespaces/{Namespace}/overlaypolicies";
    internal const int Port = 9001;
    private const int Rounds = 100;

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        var (client, server) = await PrepareAsync(lab, cancel);
        using var clientSpace = client;
        using var serverSpace = server;
        using var echo = UdpEcho.Start(server.Space, Port);
        var to = new IPEndPoint(server.Address, Port);
        WaitForSilence(client.Space, to);
        var (opened, closed) = await RoundsAsync(lab, client, to, Rounds, cancel);
        book.Add(new Figure("policy-in-force-p50", "ms", opened.Median()) { Goal = "p50 <= 30 ms", Reached = opened.Median() <= 30, Samples = opened });
        book.Add(new Figure("policy-in-force-p99", "ms", opened.Percentile(99)) { Goal = "p99 <= 200 ms", Reached = opened.Percentile(99) <= 200, Samples = opened });
        book.Add(new Figure("policy-withdrawn-p50", "ms", closed.Median()) { Samples = closed });
    }

    /// <summary>The isolated server of <see cref="PrepareAsync"/> is opened and closed to its client again and again.</summary>
    /// <returns>ms until the first answer; ms until the last.</returns>
    internal static async Task<(List<double> Opened, List<double> Closed)> RoundsAsync(LabCluster lab, LabPod client, IPEndPoint to, int rounds, CancellationToken cancel)
    {
        List<double> opened = [], closed = [];
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();

            // A fresh port each round: an old entry of connection tracking would be another question.
            var begun = Stopwatch.GetTimestamp();
            var create = lab.Api.CreateAsync(Collection, Policy("allowed", allow: true), cancel);
            opened.Add(WaitForAnswer(client.Space, to, begun));
            await create;
            begun = Stopwatch.GetTimestamp();
            var delete = lab.Api.DeleteAsync(Collection + "/allowed", null, cancel);
            closed.Add(WaitForSilence(client.Space, to) is var last && last > begun ? Milliseconds(begun, last) : 0);
            await delete;
        }

        return (opened, closed);
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    /// <summary>A client on one node, and on another a server that a policy isolates.</summary>
    internal static async Task<(LabPod Client, LabPod Server)> PrepareAsync(LabCluster lab, CancellationToken cancel)
    {
        await lab.CreateNamespaceAsync(Namespace, null, cancel);
        var client = await lab.RunPodAsync(Namespace, "client", Labels("client"), lab.Nodes[0].Name, cancel);
        var server = await lab.RunPodAsync(Namespace, "server", Labels("server"), lab.Nodes[1].Name, cancel);
        await lab.Api.CreateAsync(Collection, Policy("isolated", allow: false), cancel);
        return (client, server);
    }

    /// <summary>Asks each half millisecond; ms until the first answer.</summary>
    private static double WaitForAnswer(NetworkNamespace inside, IPEndPoint to, long begun) => inside.Run(() =>
    {
        using var socket = Asking(to);
        var message = new byte[8];
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10))
        {
            socket.Send(message);
            if (socket.Poll(500, SelectMode.SelectRead))
                return Milliseconds(begun, Stopwatch.GetTimestamp());
        }

        throw new TimeoutException($"no packet of {to} was answered within 10 s of the policy that allows it.");
    });

    /// <summary>Asks until nothing has been answered for 100 ms; when the last answer came.</summary>
    private static long WaitForSilence(NetworkNamespace inside, IPEndPoint to) => inside.Run(() =>
    {
        using var socket = Asking(to);
        var message = new byte[8];
        var begun = Stopwatch.GetTimestamp();
        var last = begun;
        while (Stopwatch.GetElapsedTime(last) < TimeSpan.FromMilliseconds(100))
        {
            if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(10))
                throw new TimeoutException($"packets to {to} are still answered 10 s after the policy was withdrawn.");
            socket.Send(message);
            if (socket.Poll(500, SelectMode.SelectRead))
            {
                socket.Receive(message);
                last = Stopwatch.GetTimestamp();
            }
        }

        return last;
    });

    private static Socket Asking(IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to);
        return socket;
    }

    private static Dictionary<string, string> Labels(string app) => new(StringComparer.Ordinal) { ["app"] = app };

    private static JsonObject Policy(string name, bool allow) => new()
    {
        ["apiVersion"] = "overlay-cni.io/v1alpha1",
        ["kind"] = "OverlayPolicy",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = Labelled("server"),
            ["policyTypes"] = new JsonArray("Ingress"),
            ["ingress"] = allow
                ? new JsonArray(new JsonObject
                {
                    ["from"] = new JsonArray(new JsonObject { ["podSelector"] = Labelled("client") }),
                    ["ports"] = new JsonArray(new JsonObject { ["protocol"] = "UDP", ["port"] = Port }),
                })
                : new JsonArray(),
        },
    };

    private static JsonObject Labelled(string app) => new() { ["matchLabels"] = new JsonObject { ["app"] = app } };
}
