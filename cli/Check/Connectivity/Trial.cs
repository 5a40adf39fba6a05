namespace Overlay.Cli.Check.Connectivity;

/// <summary>What a trial tells about.</summary>
internal enum TrialKind
{
    /// <summary>A greeting from one pod to another.</summary>
    Greeting,

    /// <summary>Full packets between two pods, both ways.</summary>
    FullSize,

    /// <summary>A greeting by a Service's address.</summary>
    Service,

    /// <summary>That a policy denies.</summary>
    Denied,

    /// <summary>That a policy lets others through.</summary>
    Bystander,

    /// <summary>That what a policy denied is allowed when it is gone.</summary>
    AllowedAgain,
}

/// <summary>One thing that was tried.</summary>
/// <param name="Kind">What it tells about.</param>
/// <param name="From">The node of the probe that tried.</param>
/// <param name="To">The node of the probe that was tried.</param>
/// <param name="Good">Whether it came out as it should.</param>
/// <param name="Said">What the probe said of it.</param>
internal sealed record Trial(TrialKind Kind, string From, string To, bool Good, string Said);
