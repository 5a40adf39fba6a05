using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Bench.Datapath;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Bench.Denial;

/// <summary>
/// 1,000 pods start under default deny while a pod on another node sends to every address of their node all the time. Each new pod listens before it
/// has an address: what it hears came through before its rules did.
/// </summary>
internal static class EarlyFigures
{
    private const int Pods = 1000;
    private const int AtOnce = 20;
    private const int Port = 9000;

    /// <summary>No new batch after that.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        await lab.CreateNamespaceAsync(Crowd.Namespace, null, cancel);
        var isolated = Crowd.Allow("isolated", "new", "nobody", 1);
        isolated["spec"] = new JsonObject { ["podSelector"] = new JsonObject(), ["policyTypes"] = new JsonArray("Ingress"), ["ingress"] = new JsonArray() };
        await lab.Api.CreateAsync($"apis/overlay-cni.io/v1alpha1/namespaces/{Crowd.Namespace}/overlaypolicies", isolated, cancel);

        var source = await PrepareAsync(lab, 0, "source", cancel);
        using var inside = NetworkNamespace.Create(source.NetworkNamespace);
        Must(await lab.Nodes[0].Runtime.AddAsync(source, cancel));
        var block = (await lab.Api.ListAsync(LabCluster.SubnetsPath, cancel)).Single(s => string.Equals((string?)s["spec"]!["nodeName"], lab.Nodes[1].Name, StringComparison.Ordinal));
        var first = IPNetwork.Parse((string)block["spec"]!["cidr"]!).BaseAddress.GetAddressBytes();
        using var flood = Flood.Start(inside, [.. Enumerable.Range(1, 254).Select(n => new IPEndPoint(new IPAddress([first[0], first[1], first[2], (byte)n]), Port))]);

        var (early, pods) = (0, 0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var deniedBefore = Denied(lab);
        for (; pods < Pods && clock.Elapsed < Limit; pods += AtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            var batch = await Task.WhenAll(Enumerable.Range(pods, AtOnce).Select(n => Task.Run(() => StartAsync(lab, n, cancel), cancel)));
            early += batch.Sum();
        }

        if (Denied(lab) - deniedBefore < (ulong)pods)
            throw new InvalidOperationException("fewer packets than pods were denied: the flood did not reach them, nothing was proven.");
        book.Add(new Figure("early-packets-of-pods-that-start", "packets", early) { Baseline = pods, Against = "pods started", Goal = "0", Reached = early == 0, Samples = [early] });
    }

    /// <summary>Starts one pod, listens, and takes it away.</summary>
    /// <returns>How many packets it heard.</returns>
    private static async Task<int> StartAsync(LabCluster lab, int number, CancellationToken cancel)
    {
        var sandbox = await PrepareAsync(lab, 1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"new-{number}"), cancel);
        using var inside = NetworkNamespace.Create(sandbox.NetworkNamespace);
        using var listener = inside.Run(() =>
        {
            var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            bound.Bind(new IPEndPoint(IPAddress.Any, Port));
            return bound;
        });
        Must(await lab.Nodes[1].Runtime.AddAsync(sandbox, cancel));
        await Task.Delay(20, cancel);
        var heard = 0;
        var buffer = new byte[64];
        while (listener.Poll(0, SelectMode.SelectRead))
        {
            listener.Receive(buffer);
            heard++;
        }

        Must(await lab.Nodes[1].Runtime.DeleteAsync(sandbox, cancel));
        NetworkNamespace.Delete(sandbox.NetworkNamespace);
        return heard;
    }

    private static async Task<Sandbox> PrepareAsync(LabCluster lab, int node, string name, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = node == 0 ? "source" : "new" };
        var pod = await lab.CreatePodAsync(Crowd.Namespace, name, labels, lab.Nodes[node].Name, null, cancel);
        return Sandbox.New(lab.Instance, lab.Nodes[node].Name, Crowd.Namespace, name, (string)pod["metadata"]!["uid"]!);
    }

    private static ulong Denied(LabCluster lab)
    {
        using var socket = Netlink.NfTables.NfTablesSocket.Open(lab.Nodes[1].Space);
        return socket.NamedCounters(new Netlink.NfTables.TableName(Netlink.NfTables.NfFamily.Inet, "overlay")).Single(counter => string.Equals(counter.Name, "denied", StringComparison.Ordinal)).Value.Packets;
    }

    private static void Must(CniAnswer answer)
    {
        if (!answer.Succeeded)
            throw new InvalidOperationException($"a CNI call failed in the middle of a measurement: {answer}");
    }
}
