using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What a rule does with what it matches.</summary>
internal enum RuleEffect
{
    /// <summary>This direction allows it: at once in a cluster's tier, unless denied in the namespaces' tier.</summary>
    Allow,

    /// <summary>Denied.</summary>
    Deny,

    /// <summary>The rest of the tier is skipped.</summary>
    Pass,
}

/// <summary>One rule: some peers, on some ports.</summary>
/// <param name="Reference">Which one it is.</param>
/// <param name="Effect">What it does.</param>
internal sealed record PolicyRule(RuleReference Reference, RuleEffect Effect)
{
    /// <summary>Whether it means everybody: pods, nodes and the outside.</summary>
    public bool MeansAnyone { get; init; }

    /// <summary>Pods that it means.</summary>
    public ImmutableArray<PodPeer> Pods { get; init; } = [];

    /// <summary>Addresses that it means, pods' among them.</summary>
    public ImmutableArray<AddressBlock> Blocks { get; init; } = [];

    /// <summary>Nodes that it means, by their labels.</summary>
    public ImmutableArray<Selector> Nodes { get; init; } = [];

    /// <summary>The ports by number; normalized.</summary>
    public ImmutableArray<PortEntry> Ports { get; init; } = [];

    /// <summary>The ports by the names that the destination's containers give them.</summary>
    public ImmutableArray<NamedPort> NamedPorts { get; init; } = [];

    /// <summary>Whether what it decides is logged.</summary>
    public bool Log { get; init; }

    /// <summary>The ports with names resolved.</summary>
    /// <param name="declared">What the destination declares; null: it is no pod, so it names none.</param>
    public ImmutableArray<PortEntry> PortsOf(DeclaredPorts? declared)
    {
        if (NamedPorts.IsEmpty || declared is null)
        {
            return Ports;
        }

        var all = Ports.ToList();
        foreach (var named in NamedPorts)
        {
            all.AddRange(declared.Find(named).Select(port => new PortEntry(port.Protocol, PortRange.Of(port.Port), Reasons.Of(Reference))));
        }

        return PortEntries.Normalize(all);
    }
}
