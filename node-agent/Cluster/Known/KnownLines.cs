using Overlay.Api.Objects;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>The lines of a file of known objects, without their sums.</summary>
internal static class KnownLines
{
    /// <summary>Ends the part that was written at once: without it the file is a half.</summary>
    public const string Whole = "= whole";

    /// <summary>An object is there, or has changed.</summary>
    public static string There(string plural, string json) => $"+ {plural} {json}";

    /// <summary>An object has gone.</summary>
    public static string Gone(string plural, ObjectKey key) => $"- {plural} {key}";
}
