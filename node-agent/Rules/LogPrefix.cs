namespace Overlay.NodeAgent.Rules;

/// <summary>What the rules write before each packet that they tell: how its mark is laid out, what became of it, and where.</summary>
public static class LogPrefix
{
    /// <summary>The group of the kernel's packet log that the agent listens to; with VXLAN's number, which nobody else has reason to take.</summary>
    public const ushort Group = 4789;

    /// <summary>Begins each line of a node whose packets' marks are <see cref="Api.Wire.NodeMark"/>'s.</summary>
    public const string Wide = "overlay ";

    /// <summary>Begins each line of a node whose packets' marks are <see cref="Api.Wire.NarrowMark"/>'s.</summary>
    public const string Narrow = "overlay13 ";

    /// <summary>Denied: a packet to a local pod.</summary>
    public const string DeniedArriving = "denied arriving";

    /// <summary>Denied: a local pod's packet out of the overlay.</summary>
    public const string DeniedLeaving = "denied leaving";

    /// <summary>Denied: a local pod's answer; its client, known by the connection, may no longer ask.</summary>
    public const string DeniedAnswer = "denied answer";

    /// <summary>Denied: a local pod's packet with a source address that is not the pod's.</summary>
    public const string Spoofed = "denied spoofed";

    /// <summary>Allowed: the first packet of a connection to a local pod.</summary>
    public const string AllowedArriving = "allowed arriving";

    /// <summary>Allowed: the first packets of a local pod's connection out of the overlay.</summary>
    public const string AllowedLeaving = "allowed leaving";
}
