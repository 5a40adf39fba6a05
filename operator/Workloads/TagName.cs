using System.Globalization;

namespace Overlay.Operator.Workloads;

/// <summary>The name of a WorkloadTag object: its number.</summary>
internal static class TagName
{
    /// <summary>As <c>tag-00042</c>.</summary>
    public static string Of(int tag) => string.Create(CultureInfo.InvariantCulture, $"tag-{tag:00000}");
}
