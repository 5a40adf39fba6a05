using System.Net;
using Overlay.Api.Objects;
using Overlay.Cli.Arguments;

namespace Overlay.Cli.Explain;

/// <summary>One end of the connection asked about.</summary>
/// <param name="Pod">The pod, by its name; null: an address or one of the two words.</param>
/// <param name="Word"><c>outside</c> or <c>node</c>; else as it was written, a pod with its namespace.</param>
/// <param name="Address">The address; null: a pod or one of the two words.</param>
internal sealed record End(ObjectKey? Pod, string Word, IPAddress? Address = null)
{
    /// <summary>Reads <c>ns/pod</c>, <c>pod</c>, an address, <c>outside</c> or <c>node</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultNamespace">The namespace of a pod named without one.</param>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static End Parse(string text, string defaultNamespace) =>
        text.Split('/') switch
        {
            ["outside" or "node"] => new End(null, text),
            [var address] when AddressOf(address) is { } parsed => new End(null, parsed.ToString(), parsed),
            [{ Length: > 0 } pod] => new End(new ObjectKey(defaultNamespace, pod), $"{defaultNamespace}/{pod}"),
            [{ Length: > 0 } ns, { Length: > 0 } pod] => new End(new ObjectKey(ns, pod), text),
            _ => throw new UsageException($"'{text}' is no NAMESPACE/POD and no address"),
        };

    // IPAddress also takes 1 and 0x7f.1, which are pods' names.
    private static IPAddress? AddressOf(string text) =>
        (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3) && IPAddress.TryParse(text, out var address) ? address : null;
}
