using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Wire;
using Overlay.Asking.Answers;
using Overlay.Netlink;
using Overlay.NodeAgent.Asking.Questions;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary><c>ask arrive SOURCE DESTINATION PROTOCOL PORT</c>: looks on while the source's agent sends a probe, for as long as that may take.</summary>
internal sealed class ArriveQuestion(string node, NodeRules rules, RouteSocket host, PodPlaces pods) : IQuestion
{
    private static readonly TimeSpan Duration = ProbePacket.Patience + TimeSpan.FromMilliseconds(700);
    private const int MostPackets = 16;

    /// <inheritdoc />
    public string Word => "arrive";

    /// <inheritdoc />
    public string Usage => "SOURCE DESTINATION PROTOCOL PORT (listens for two seconds: what arrives at a pod of this node)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 4, this);
        var flow = TracedFlow.Of(arguments);
        var veth = pods.HostLink(flow.Destination.Address);
        var port = host.GetLink(VtepDevice.Name)?.Vxlan?.Port ?? VxlanAttributes.StandardPort;
        using var capture = PacketCapture.Start(port);
        var growth = new Growth(rules);
        await answer.SayAsync(new ListeningAnswer(node), AskJson.Default.ListeningAnswer, cancellation);
        var seen = await ListenAsync(capture, port, flow, cancellation);
        var after = pods.HostLink(flow.Destination.Address);
        await answer.SayAsync(new ArrivalAnswer(PodPlaces.Text(after), after.SentPackets - veth.SentPackets, seen, growth.Since()), AskJson.Default.ArrivalAnswer, cancellation);
    }

    private static async Task<ImmutableArray<UnderlayAnswer>> ListenAsync(PacketCapture capture, ushort port, TracedFlow flow, CancellationToken cancellation)
    {
        var seen = ImmutableArray.CreateBuilder<UnderlayAnswer>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(Duration);
        try
        {
            while (seen.Count < MostPackets)
            {
                var frame = await capture.ReceiveAsync(over.Token);
                if (VxlanPacket.Parse(frame, port) is { } packet && flow.IsReply(packet) is { } reply)
                    seen.Add(Of(packet, reply));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over.
        }

        return seen.ToImmutable();
    }

    private static UnderlayAnswer Of(VxlanPacket packet, bool reply)
    {
        var header = packet.Header;
        var decoded = string.Create(
            CultureInfo.InvariantCulture,
            $"flags G={Bit(header.HasGroup)} D={Bit(header.EgressIsolated)} A={Bit(header.Vouched)}, group id 0x{header.Tag.Value:x4} = tag {header.Tag}, VNI {header.Vni}");
        return new UnderlayAnswer(
            $"{packet.Outer.Source} -> {packet.Outer.Destination}", $"{packet.Inner.Source} -> {packet.Inner.Destination}", reply, header.Hex, decoded, header.HasGroup ? header.Tag.Value : 0, header.Vouched);
    }

    private static int Bit(bool set) => set ? 1 : 0;
}
