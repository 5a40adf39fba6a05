namespace Overlay.Lab.Probes;

/// <summary>What a probe met.</summary>
public enum ProbeOutcome
{
    /// <summary>The server greeted.</summary>
    Connected,

    /// <summary>Silence until the time-out: dropped on the way.</summary>
    Silence,

    /// <summary>A reset or "port unreachable": nobody listens, or rejected.</summary>
    Refused,

    /// <summary>"Host unreachable", "prohibited" or the like.</summary>
    Unreachable,
}

/// <summary>One probe's end.</summary>
/// <param name="Outcome">What it met.</param>
/// <param name="Greeting">The server's first line: its name and the address it saw.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record ProbeResult(ProbeOutcome Outcome, string? Greeting, TimeSpan Elapsed)
{
    /// <summary>Whether the server answered.</summary>
    public bool Connected => Outcome == ProbeOutcome.Connected;
}
