using Overlay.Asking.Answers;
using Overlay.Netlink;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Asking.Questions;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary><c>ask depart SOURCE DESTINATION PROTOCOL PORT</c>: sends a probe from a pod and tells what this node did with it.</summary>
internal sealed class DepartQuestion(NodeRules rules, IKernel kernel, RouteSocket host, PodPlaces pods) : IQuestion
{
    /// <inheritdoc />
    public string Word => "depart";

    /// <inheritdoc />
    public string Usage => "SOURCE DESTINATION PROTOCOL PORT (opens one connection from a pod of this node and closes it)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 4, this);
        var flow = TracedFlow.Of(arguments);
        using var pod = pods.Enter(flow.Source);
        using var inside = RouteSocket.Open(pod);
        var podRoute = PodPlaces.RouteTo(inside, flow.Destination.Address);
        var podLink = podRoute is null ? null : inside.GetLink(podRoute.Link);
        var hostLink = pods.HostLink(flow.Source);
        var nodeRoute = PodPlaces.RouteTo(host, flow.Destination.Address);
        var growth = new Growth(rules);
        var (outcome, elapsed) = await ProbePacket.SendAsync(pod, flow.Source, flow.Destination, flow.Protocol, cancellation);
        var grown = growth.Since();
        var sender = await kernel.FindAsync(flow.Source, cancellation);
        await answer.SayAsync(
            new DepartureAnswer(
                outcome,
                elapsed.TotalMilliseconds,
                PodPlaces.Text(inside, podRoute),
                podLink is null ? "no device" : PodPlaces.Text(podLink),
                PodPlaces.Text(hostLink),
                podLink is not null && podLink.Flags.HasFlag(LinkFlags.NoArp) && hostLink.Flags.HasFlag(LinkFlags.NoArp),
                sender?.Element,
                PodPlaces.Text(host, nodeRoute),
                VtepText(),
                Forwarding(nodeRoute),
                grown)
            {
                SenderRule = sender?.Rule,
            },
            AskJson.Default.DepartureAnswer,
            cancellation);
    }

    private string VtepText() =>
        host.GetLink(VtepDevice.Name) is { Vxlan: { } vxlan } link
            ? $"{link.Name} VNI {vxlan.Vni}, local {vxlan.Local}, port {vxlan.Port}, {(vxlan.Learning ? "LEARNING" : "nolearning")}, {(vxlan.GroupBasedPolicy ? "gbp" : "NO GBP")}, MTU {link.Mtu}"
            : $"there is no {VtepDevice.Name}";

    /// <summary>The next hop's hardware address, and the node that it is at.</summary>
    private string? Forwarding(Route? route)
    {
        if (route?.Via is not { } via || host.GetLink(route.Link) is not { Name: VtepDevice.Name } vtep)
            return null;
        var neighbour = host.Neighbours(vtep.Index).FirstOrDefault(n => n.Address.Equals(via));
        var entry = host.ForwardingEntries(vtep.Index).FirstOrDefault(e => e.MacAddress.Equals(neighbour?.MacAddress));
        return entry is null ? null : $"{via} is at {PodPlaces.Text(entry.MacAddress)}, node {entry.Remote}";
    }
}
