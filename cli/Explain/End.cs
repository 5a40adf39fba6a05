using Overlay.Api.Objects;
using Overlay.Cli.Arguments;

namespace Overlay.Cli.Explain;

/// <summary>One end of the connection asked about.</summary>
/// <param name="Pod">The pod; null: one of the two words.</param>
/// <param name="Word"><c>outside</c> or <c>node</c>; for a pod its name.</param>
internal sealed record End(ObjectKey? Pod, string Word)
{
    /// <summary>Reads <c>ns/pod</c>, <c>pod</c>, <c>outside</c> or <c>node</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultNamespace">The namespace of a pod named without one.</param>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static End Parse(string text, string defaultNamespace) =>
        text.Split('/') switch
        {
            ["outside" or "node"] => new End(null, text),
            [{ Length: > 0 } pod] => new End(new ObjectKey(defaultNamespace, pod), $"{defaultNamespace}/{pod}"),
            [{ Length: > 0 } ns, { Length: > 0 } pod] => new End(new ObjectKey(ns, pod), text),
            _ => throw new UsageException($"'{text}' is no NAMESPACE/POD"),
        };
}
