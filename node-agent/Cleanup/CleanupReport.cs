namespace Overlay.NodeAgent.Cleanup;

/// <summary>What a clean-up did, and what it had to leave.</summary>
/// <param name="say">Prints a line.</param>
internal sealed class CleanupReport(Action<string> say)
{
    /// <summary>How many things were removed.</summary>
    public int Removed { get; private set; }

    /// <summary>How many things stayed.</summary>
    public int Left { get; private set; }

    /// <summary>Tells of something removed.</summary>
    /// <param name="what">As <c>the device overlay-vtep</c>.</param>
    public void Did(string what)
    {
        Removed++;
        say($"removed {what}");
    }

    /// <summary>Tells of something that stayed.</summary>
    /// <param name="what">As for <see cref="Did"/>.</param>
    /// <param name="why">Why, and what to do.</param>
    public void Stayed(string what, string why)
    {
        Left++;
        say($"LEFT {what}: {why}");
    }

    /// <summary>Tells something else.</summary>
    public void Note(string text) => say(text);

    /// <summary>Does one step; when it fails, the others go on.</summary>
    /// <param name="what">What the step removes.</param>
    /// <param name="step">The step; answers whether there was something to remove.</param>
    public void Try(string what, Func<bool> step)
    {
        try
        {
            if (step())
                Did(what);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Stayed(what, error.Message);
        }
    }
}
