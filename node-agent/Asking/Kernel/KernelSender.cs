using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>A pod of this node as the kernel's set of senders has it.</summary>
/// <param name="Veth">The node's end of its wire.</param>
/// <param name="Mark">The mark that its packets get, as the node's rule engine lays it out.</param>
/// <param name="Tag">The tag that its packets get.</param>
/// <param name="EgressIsolated">Whether they say that a policy isolates its egress.</param>
/// <param name="Element">The element, as the kernel's tool shows it.</param>
internal sealed record KernelSender(string Veth, uint Mark, Tag Tag, bool EgressIsolated, string Element)
{
    /// <summary>The rule that marks by the element, with its counters; null: the rules are such that this needs no telling.</summary>
    public string? Rule { get; init; }
}
