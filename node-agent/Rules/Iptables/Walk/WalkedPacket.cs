using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>A packet on its way through the rules, with what they have changed so far.</summary>
/// <param name="tried">The packet as it came.</param>
internal sealed class WalkedPacket(TriedPacket tried)
{
    /// <summary>The packet as it came.</summary>
    internal TriedPacket Tried => tried;

    /// <summary>Its mark.</summary>
    internal uint Mark { get; set; } = tried.Mark;

    /// <summary>Its connection's.</summary>
    internal uint ConnectionMark { get; set; }

    /// <summary>Whether conntrack looks at it.</summary>
    internal bool IsTracked { get; set; } = true;
}
