namespace Overlay.NodeAgent.Reach;

/// <summary>What a probe is to find.</summary>
internal enum Expectation
{
    /// <summary>The server answers.</summary>
    Allowed,

    /// <summary>The server does not answer.</summary>
    Denied,
}

/// <summary>Whether what was found so far settles the matter. Pure.</summary>
/// <param name="expected">What is to be found.</param>
internal sealed class ReachJudge(Expectation expected)
{
    /// <summary>So many tries in a row must fail before a server counts as denied: one lost packet is no policy.</summary>
    private const int Failures = 3;

    private int _failures;

    /// <summary>A try was made.</summary>
    /// <param name="answered">Whether the server answered.</param>
    /// <returns>Whether the expectation has come true; false: try on.</returns>
    public bool Note(bool answered)
    {
        _failures = answered ? 0 : _failures + 1;
        return expected == Expectation.Allowed ? answered : _failures >= Failures;
    }
}
