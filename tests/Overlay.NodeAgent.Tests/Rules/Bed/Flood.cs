using System.Net;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>Datagrams that nobody allows, until it is ended; sees what is delivered nevertheless.</summary>
internal sealed class Flood : IAsyncDisposable
{
    private readonly List<(Socket Sender, IPEndPoint Destination)> aims = [];
    private readonly List<Socket> victims = [];
    private readonly Task sending;
    private volatile bool ended;

    private Flood(FloodPace pace, IEnumerable<(BedPod From, BedPod To)> pairs)
    {
        var port = 7000;
        foreach (var (from, to) in pairs)
        {
            port++;
            victims.Add(to.Udp(port));
            aims.Add((from.Udp(), new IPEndPoint(to.Address4, port)));
        }

        sending = pace == FloodPace.Full ? Task.Factory.StartNew(SendAll, TaskCreationOptions.LongRunning) : SendAsync();
    }

    public long Sent { get; private set; }

    public static Flood Of(params (BedPod From, BedPod To)[] pairs) => new(FloodPace.Paced, pairs);

    public static Flood Of(FloodPace pace, params (BedPod From, BedPod To)[] pairs) => new(pace, pairs);

    /// <summary>Ends it.</summary>
    /// <returns>How many datagrams were sent, how many victims got any.</returns>
    public async Task<(long Sent, int Delivered)> EndAsync()
    {
        ended = true;
        await sending;
        await Task.Delay(Traffic.Never, TestContext.Current.CancellationToken);
        return (Sent, victims.Count(victim => victim.Available > 0));
    }

    public async ValueTask DisposeAsync()
    {
        ended = true;
        await sending;
        aims.ForEach(aim => aim.Sender.Dispose());
        victims.ForEach(victim => victim.Dispose());
    }

    private void SendAll()
    {
        while (!ended)
        {
            aims.ForEach(aim => aim.Sender.SendTo([1], aim.Destination));
            Sent += aims.Count;
        }
    }

    private async Task SendAsync()
    {
        await Task.Yield();
        while (!ended)
        {
            for (var burst = 0; burst < 4; burst++)
            {
                aims.ForEach(aim => aim.Sender.SendTo([1], aim.Destination));
                Sent += aims.Count;
            }

            await Task.Delay(1);
        }
    }
}
