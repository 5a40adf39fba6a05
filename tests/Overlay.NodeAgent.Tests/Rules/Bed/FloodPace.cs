namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>How many datagrams a flood sends.</summary>
internal enum FloodPace
{
    /// <summary>Some ten thousand a second.</summary>
    Paced,

    /// <summary>As many as one processor can.</summary>
    Full,
}
