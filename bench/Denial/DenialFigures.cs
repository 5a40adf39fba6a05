using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.Bench.Datapath;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Netlink;

namespace Overlay.Bench.Denial;

/// <summary>What a denial lets through: of a transfer whose policy is withdrawn, and while policies are swapped under a flood that is denied all the time.</summary>
internal static class DenialFigures
{
    private const int Port = 9000;
    private const int Swaps = 100;
    private const int Packets = 250_000;
    private const string Collection = $"apis/overlay-cni.io/v1alpha1/namespaces/{Crowd.Namespace}/overlaypolicies";

    public static async Task MeasureAsync(LabCluster lab, FigureBook book, CancellationToken cancel)
    {
        await lab.CreateNamespaceAsync(Crowd.Namespace, null, cancel);
        using var client = await lab.RunPodAsync(Crowd.Namespace, "client", Labels("client"), lab.Nodes[0].Name, cancel);
        using var denied = await lab.RunPodAsync(Crowd.Namespace, "denied", Labels("denied"), lab.Nodes[0].Name, cancel);
        using var server = await lab.RunPodAsync(Crowd.Namespace, "server", Labels("server"), lab.Nodes[1].Name, cancel);
        var to = new IPEndPoint(server.Address, Port);
        await lab.Api.CreateAsync(Collection, Crowd.Allow("other", "server", "nobody", 1), cancel);
        await WithdrawAsync(lab, book, client, server, to, cancel);
        await SwapAsync(lab, book, client, denied, server, to, cancel);
    }

    /// <summary>The server notes when bytes come; the policy is deleted in the middle.</summary>
    private static async Task WithdrawAsync(LabCluster lab, FigureBook book, LabPod client, LabPod server, IPEndPoint to, CancellationToken cancel)
    {
        var samples = new List<double>();
        using var listener = server.Space.Run(() => new TcpListener(IPAddress.Any, Port));
        server.Space.Run(() => { listener.Start(); return 0; });
        for (var round = 0; round < 15; round++)
        {
            await lab.Api.CreateAsync(Collection, Crowd.Allow("transfer", "server", "client", Port), cancel);
            using var sending = await ConnectAsync(client.Space, to, cancel);
            using var receiving = await listener.AcceptSocketAsync(cancel);
            var last = 0L;
            var receiver = Task.Run(() => Receive(receiving, now => Interlocked.Exchange(ref last, now)), cancel);
            var sender = Task.Run(() => Send(sending), cancel);
            await Task.Delay(200, cancel);
            var begun = Stopwatch.GetTimestamp();
            await lab.Api.DeleteAsync(Collection + "/transfer", null, cancel);
            await LabCluster.WaitAsync(
                () => Task.FromResult(Stopwatch.GetElapsedTime(Interlocked.Read(ref last)) > TimeSpan.FromMilliseconds(300) ? "silent" : null),
                TimeSpan.FromSeconds(10),
                "the transfer to stop",
                null,
                cancel);
            samples.Add(Math.Max(0, Stopwatch.GetElapsedTime(begun, Interlocked.Read(ref last)).TotalMilliseconds));
            sending.Dispose();
            receiving.Dispose();
            await Task.WhenAll(receiver, sender);
        }

        book.Add(new Figure("transfer-withdrawn-last-packet-p50", "ms", samples.Median()) { Samples = samples });
        book.Add(new Figure("transfer-withdrawn-last-packet-max", "ms", samples.Max()) { Samples = samples });
    }

    private static async Task SwapAsync(LabCluster lab, FigureBook book, LabPod client, LabPod denied, LabPod server, IPEndPoint to, CancellationToken cancel)
    {
        using var listener = server.Space.Run(() =>
        {
            var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22 };
            bound.Bind(new IPEndPoint(IPAddress.Any, Port));
            return bound;
        });
        long sent;
        var swaps = 0;
        using (var flood = Flood.Start(denied.Space, [to]))
        {
            while (swaps < Swaps || flood.Sent < Packets)
            {
                cancel.ThrowIfCancellationRequested();
                var policy = Crowd.Allow("swapped", "server", swaps % 2 == 0 ? "client" : "nobody", Port);
                policy["spec"]!["ingress"]![0]!["ports"] = new JsonArray(new JsonObject { ["protocol"] = "UDP", ["port"] = Port });
                if (swaps == 0)
                    await lab.Api.CreateAsync(Collection, policy, cancel);
                else
                    await lab.Api.PatchAsync(Collection + "/swapped", new JsonObject { ["spec"] = policy["spec"]!.DeepClone() }, cancel);
                swaps++;
                await Task.Delay(15, cancel);
            }

            sent = flood.Sent;
        }

        var delivered = Drain(listener, denied.Address);
        book.Add(new Figure("denied-packets-delivered-in-swaps", "packets", delivered) { Against = $"{sent} sent during {swaps} swaps", Baseline = sent, Goal = "0", Reached = delivered == 0, Samples = [delivered] });

        // The same socket does hear: else nothing was proven.
        await lab.Api.DeleteAsync(Collection + "/swapped", null, cancel);
        await lab.Api.DeleteAsync(Collection + "/other", null, cancel);
        using var heard = Flood.Start(denied.Space, [to]);
        await LabCluster.WaitAsync(() => Task.FromResult(listener.Poll(0, SelectMode.SelectRead) ? "heard" : null), TimeSpan.FromSeconds(10), "the flood to be heard once nothing denies it", null, cancel);
    }

    private static int Drain(Socket listener, IPAddress from)
    {
        var count = 0;
        var buffer = new byte[64];
        while (listener.Poll(100_000, SelectMode.SelectRead))
        {
            EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
            listener.ReceiveFrom(buffer, ref sender);
            count += ((IPEndPoint)sender).Address.Equals(from) ? 1 : 0;
        }

        return count;
    }

    private static async Task<Socket> ConnectAsync(NetworkNamespace inside, IPEndPoint to, CancellationToken cancel) => await LabCluster.WaitAsync(
        async () =>
        {
            var socket = inside.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 500 });
            try
            {
                using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                soon.CancelAfter(TimeSpan.FromMilliseconds(100));
                await socket.ConnectAsync(to, soon.Token);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                socket.Dispose();
                return null;
            }
        },
        TimeSpan.FromSeconds(10),
        "the client to be allowed",
        null,
        cancel);

    private static void Send(Socket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
                socket.Send(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The policy is withdrawn, nothing is acknowledged any more; or the round is over.
        }
    }

    private static void Receive(Socket socket, Action<long> heard)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (socket.Receive(buffer) > 0)
                heard(Stopwatch.GetTimestamp());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The round is over.
        }
    }

    private static Dictionary<string, string> Labels(string app) => new(StringComparer.Ordinal) { ["app"] = app };
}
