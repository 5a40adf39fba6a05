namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>What conntrack says of a connection's first packet, which it has just met. Pure.</summary>
internal static class ConnectionMatch
{
    private static readonly string[] States = ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED", "SNAT", "DNAT"];
    private static readonly string[] Statuses = ["NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED"];

    /// <summary>Whether an option holds, whatever <c>!</c> makes of that; null: it is not known here.</summary>
    internal static bool? Holds(RuleOption option, WalkedPacket packet)
    {
        var asked = option.Value.Split(',');
        return option.Name switch
        {
            "--ctstate" or "--state" => asked.All(States.Contains) ? asked.Contains(packet.IsTracked ? "NEW" : "UNTRACKED") : null,

            // Of a packet that is not tracked these say nothing.
            _ when !packet.IsTracked => null,
            "--ctdir" => option.Value is "ORIGINAL" or "REPLY" ? option.Value == "ORIGINAL" : null,
            "--ctstatus" => asked.All(Statuses.Contains) ? asked.Contains("NONE") : null,

            // Nothing is translated: an answer would come back to the port it was asked from.
            "--ctrepldstport" => PortRanges.Holds(option.Value, packet.Tried.SourcePort),
            _ => null,
        };
    }
}
