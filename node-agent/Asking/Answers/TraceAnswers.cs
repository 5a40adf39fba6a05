using System.Collections.Immutable;

namespace Overlay.Asking.Answers;

/// <summary>The agent has begun to listen; what it saw follows.</summary>
/// <param name="Node">Its node.</param>
internal sealed record ListeningAnswer(string Node);

/// <summary>What the source's node saw of a probe, which its agent sent from the pod.</summary>
/// <param name="Outcome"><c>connected</c>, <c>answered</c> (UDP), <c>refused</c>, <c>silence</c> or <c>unreachable</c>.</param>
/// <param name="Milliseconds">How long that took.</param>
/// <param name="PodRoute">The pod's route to the destination.</param>
/// <param name="PodLink">The pod's end of its wire.</param>
/// <param name="HostLink">The node's end.</param>
/// <param name="WireIsSilent">Whether neither end asks for addresses (NOARP).</param>
/// <param name="Sender">The element that marks its packets; null: there is none.</param>
/// <param name="NodeRoute">The node's route to the destination.</param>
/// <param name="Vtep">The VTEP, as it is.</param>
/// <param name="Forwarding">The forwarding entry of the next hop; null: the VTEP is not used.</param>
/// <param name="Counters">By how much counters grew meanwhile.</param>
internal sealed record DepartureAnswer(
    string Outcome,
    double Milliseconds,
    string PodRoute,
    string PodLink,
    string HostLink,
    bool WireIsSilent,
    string? Sender,
    string NodeRoute,
    string Vtep,
    string? Forwarding,
    ImmutableArray<CounterAnswer> Counters)
{
    /// <summary>The rule that marks by <see cref="Sender"/>, with its counters; null where the rules are nftables.</summary>
    public string? SenderRule { get; init; }
}

/// <summary>What the destination's node saw of a probe.</summary>
/// <param name="HostLink">The node's end of the pod's wire.</param>
/// <param name="Delivered">Packets that went through it to the pod.</param>
/// <param name="Packets">The packets of the connection on the underlay.</param>
/// <param name="Counters">By how much counters grew meanwhile.</param>
internal sealed record ArrivalAnswer(string HostLink, long Delivered, ImmutableArray<UnderlayAnswer> Packets, ImmutableArray<CounterAnswer> Counters);

/// <summary>A packet on the underlay.</summary>
/// <param name="Outer">From which node to which.</param>
/// <param name="Inner">From which pod to which.</param>
/// <param name="IsReply">Whether the destination sent it.</param>
/// <param name="Header">The VXLAN header in hexadecimal.</param>
/// <param name="Decoded">What it says.</param>
/// <param name="Tag">The tag in it.</param>
/// <param name="Vouched">Whether it is vouched for as a reply.</param>
internal sealed record UnderlayAnswer(string Outer, string Inner, bool IsReply, string Header, string Decoded, int Tag, bool Vouched);
