namespace Overlay.NodeAgent.Asking;

/// <summary>What a piece of an answer is.</summary>
internal enum PieceKind : byte
{
    /// <summary>For stdout.</summary>
    Text = 1,

    /// <summary>The answer is whole.</summary>
    End = 2,

    /// <summary>There is no answer, or no more of it; why not.</summary>
    Failure = 3,
}
