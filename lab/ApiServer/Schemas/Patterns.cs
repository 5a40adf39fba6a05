using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>Regular expressions as RE2 has them: linear time, no look-around, no back references.</summary>
internal static class Patterns
{
    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The pattern is none, or asks for what RE2 cannot do.</exception>
    public static bool IsMatch(string pattern, string text) => Get(pattern).IsMatch(text);

    public static Regex Get(string pattern) => Compiled.GetOrAdd(pattern, Compile);

    private static Regex Compile(string pattern)
    {
        try
        {
            // In Go $ is the very end; in .NET it would let a final newline pass.
            var exact = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? pattern[..^1] + "\\z" : pattern;
            return new Regex(exact, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"the pattern {pattern} needs what RE2 has not: {e.Message}", nameof(pattern), e);
        }
    }
}
