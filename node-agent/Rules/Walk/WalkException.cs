namespace Overlay.NodeAgent.Rules.Walk;

/// <summary>A rule that the walk does not understand: then it says nothing, rather than something wrong.</summary>
/// <param name="what">Which part of which rule.</param>
internal sealed class WalkException(string what) : Exception(what);
