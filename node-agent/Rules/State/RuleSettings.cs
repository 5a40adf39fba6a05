using Overlay.Api.Network;

namespace Overlay.NodeAgent.Rules;

/// <summary>What shapes the rules themselves, as opposed to the elements that come and go. A change of it replaces the rules in one transaction.</summary>
public sealed record RuleSettings
{
    /// <summary>The rule engine that is asked for.</summary>
    public RuleBackend Backend { get; init; } = RuleBackend.Auto;

    /// <summary>The VTEP device's exact name.</summary>
    public string Vtep { get; init; } = "overlay-vtep";

    /// <summary>What the host ends of the pods' veth pairs begin with, and no other device does.</summary>
    public string PodPrefix { get; init; } = "ovp";

    /// <summary>The UDP port of VXLAN.</summary>
    public ushort Port { get; init; } = 4789;

    /// <summary>What a denied packet meets.</summary>
    public DenyAction DenyAction { get; init; } = DenyAction.Drop;

    /// <summary>Whether pods' packets that leave the overlay get this node's address.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary>Which packets are told to the agent.</summary>
    public RuleLogging Logging { get; init; } = RuleLogging.Off;
}
