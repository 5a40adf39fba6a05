using System.Globalization;

namespace Overlay.Lab.ApiServer.Rendering;

/// <summary>Ages as kubectl shows them: two units while young, one later.</summary>
internal static class Durations
{
    public static string Human(TimeSpan age)
    {
        if (age < TimeSpan.FromSeconds(-1))
            return "<invalid>";
        var seconds = (long)Math.Max(0, age.TotalSeconds);
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return age.TotalDays switch
        {
            _ when seconds < 120 => Text(seconds, "s"),
            _ when minutes < 10 => Text(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => Text(minutes, "m"),
            _ when hours < 8 => Text(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => Text(hours, "h"),
            _ when days < 8 => Text(days, "d", hours % 24, "h"),
            _ when days < 730 => Text(days, "d"),
            _ when days < 2920 => Text(days / 365, "y", days % 365, "d"),
            _ => Text(days / 365, "y"),
        };
    }

    private static string Text(long number, string unit, long rest = 0, string restUnit = "") =>
        rest == 0 ? string.Create(CultureInfo.InvariantCulture, $"{number}{unit}") : string.Create(CultureInfo.InvariantCulture, $"{number}{unit}{rest}{restUnit}");
}
