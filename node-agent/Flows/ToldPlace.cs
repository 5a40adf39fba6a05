namespace Overlay.NodeAgent.Flows;

/// <summary>On which part of its way a packet was told.</summary>
internal enum ToldPlace
{
    /// <summary>On its way to a local pod.</summary>
    Arriving,

    /// <summary>On a local pod's way out of the overlay.</summary>
    Leaving,

    /// <summary>A local pod's answer.</summary>
    Answer,

    /// <summary>Right behind a local pod's veth: the source address is not the pod's.</summary>
    Spoofed,
}
