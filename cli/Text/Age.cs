namespace Overlay.Cli.Text;

/// <summary>Times for people.</summary>
internal static class Age
{
    /// <summary><c>3s</c>, <c>5m12s</c>, <c>2h3m</c>, <c>4d</c>. A time to come (clocks differ) is now.</summary>
    public static string Of(TimeSpan age) =>
        age switch
        {
            { TotalSeconds: < 0 } => "0s",
            { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
            { TotalHours: < 1 } => $"{age.Minutes}m{age.Seconds}s",
            { TotalDays: < 2 } => $"{(int)age.TotalHours}h{age.Minutes}m",
            _ => $"{(int)age.TotalDays}d",
        };
}
