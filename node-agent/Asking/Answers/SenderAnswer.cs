namespace Overlay.Asking.Answers;

/// <summary>As whom a node's kernel takes the packets of one of its pods.</summary>
/// <param name="Veth">The node's end of the pod's wire.</param>
/// <param name="Tag">The tag that its packets get.</param>
/// <param name="EgressIsolated">Whether they say that a policy isolates the pod's egress.</param>
/// <param name="Element">The element that says so.</param>
internal sealed record SenderAnswer(string Veth, int Tag, bool EgressIsolated, string Element)
{
    /// <summary>The rule that marks by the element, with its counters; null where the rules are nftables.</summary>
    public string? Rule { get; init; }
}
