namespace Overlay.NodeAgent.Cni;

/// <summary>What the plugin prints and how it exits.</summary>
/// <param name="ExitCode">0, or 1 with an error object.</param>
/// <param name="Stdout">The bytes to print.</param>
internal sealed record CniAnswer(int ExitCode, ReadOnlyMemory<byte> Stdout)
{
    /// <summary>Success with nothing to say.</summary>
    public static readonly CniAnswer Done = new(0, default);

    /// <summary>
    /// What to do once it is known whether the answer reached the runtime (the plugin acknowledged). An ADD that did not is undone;
    /// null: nothing depends on it.
    /// </summary>
    public Func<bool, Task>? Settle { get; init; }
}
