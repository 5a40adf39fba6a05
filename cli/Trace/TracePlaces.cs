namespace Overlay.Cli.Trace;

/// <summary>Where both ends of a traced connection are.</summary>
/// <param name="Source">The source pod.</param>
/// <param name="SourceNode">Its node.</param>
/// <param name="SourceAddress">Its address.</param>
/// <param name="DestinationNode">The destination's node.</param>
/// <param name="DestinationAddress">The destination's address.</param>
internal sealed record TracePlaces(string Source, string SourceNode, string SourceAddress, string DestinationNode, string DestinationAddress)
{
    /// <summary>The VTEP's name on every node.</summary>
    public const string Vtep = "overlay-vtep";

    /// <summary>Whether no underlay is crossed.</summary>
    public bool SameNode => SourceNode == DestinationNode;
}
