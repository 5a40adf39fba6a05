using System.Globalization;
using System.Text.RegularExpressions;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>Kubernetes' order of versions: v2 over v1 over v1beta2 over v1alpha1 over anything else.</summary>
internal static partial class VersionPriority
{
    public static readonly IComparer<string> Comparer = Comparer<string>.Create(Compare);

    private static int Compare(string? a, string? b)
    {
        var (left, right) = (Rank(a ?? ""), Rank(b ?? ""));
        var byRank = left.CompareTo(right);
        return byRank != 0 ? byRank : string.CompareOrdinal(b, a);
    }

    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var match = Form().Match(version);
        if (!match.Success)
            return (0, 0, 0);
        var stability = match.Groups["stage"].Value switch { "" => 3, "beta" => 2, _ => 1 };
        return (stability, Parse(match.Groups["major"].Value), Parse(match.Groups["minor"].Value));
    }

    private static int Parse(string digits) => digits.Length == 0 ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex("^v(?<major>[0-9]{1,4})((?<stage>alpha|beta)(?<minor>[0-9]{1,4}))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
