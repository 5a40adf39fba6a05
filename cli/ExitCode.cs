namespace Overlay.Cli;

/// <summary>What scripts go by.</summary>
internal static class ExitCode
{
    /// <summary>No problems; allowed.</summary>
    public const int InOrder = 0;

    /// <summary>There are problems; denied.</summary>
    public const int Problems = 1;

    /// <summary>The question could not be answered: arguments, files, or the API server.</summary>
    public const int Failed = 2;

    /// <summary>A node's kernel does otherwise than policy says.</summary>
    public const int Disagreement = 3;

    /// <summary>Interrupted, as shells have it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
