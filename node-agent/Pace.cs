namespace Overlay.NodeAgent;

/// <summary>How much rarer all of the kernel's objects are looked at by the clock where there are many: events tell of changes, the clock only of lost events.</summary>
internal static class Pace
{
    /// <summary>So many are looked at without an effort that counts.</summary>
    private const int Few = 500;

    /// <summary>How many times as long to wait.</summary>
    /// <param name="count">How many objects there are.</param>
    public static double Of(int count) => 1 + ((double)count / Few);
}
