using System.Globalization;
using Overlay.Cli.Text;
using Overlay.Policy;

namespace Overlay.Cli.Policies;

/// <summary>The policies for people.</summary>
internal static class PoliciesText
{
    private static readonly string[] Heading = ["KIND", "NAMESPACE", "NAME", "GENERATION", "ACCEPTED", "IN FORCE ON", "AFTER"];

    /// <summary>A table, and below it what is wrong.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="wide">Whether the nodes that lag are named.</param>
    public static string Of(IReadOnlyList<PolicyReport> policies, bool wide)
    {
        if (policies.Count == 0)
            return "no policies: every pod may reach every pod\n";
        string[] heading = wide ? [.. Heading, "NOT ON"] : Heading;
        var table = Table.Of([heading, .. policies.Select(policy => Row(policy, wide))]);
        var problems = policies.Where(policy => !policy.Problems.IsEmpty)
            .Select(policy => $"{new PolicyName(policy.Kind, new Api.Objects.ObjectKey(policy.Namespace, policy.Name))} can't be compiled, so it allows nothing: {string.Join("; ", policy.Problems)}\n");
        return table + string.Concat(problems.Prepend(policies.All(policy => policy.Problems.IsEmpty) ? "" : "\n"));
    }

    private static string[] Row(PolicyReport policy, bool wide) =>
        [
            policy.Kind.ToString(),
            policy.Namespace ?? "-",
            policy.Name,
            policy.Generation?.ToString(CultureInfo.InvariantCulture) ?? "-",
            policy.Problems.IsEmpty ? "yes" : "NO",
            string.Create(CultureInfo.InvariantCulture, $"{policy.NodesInForce}/{policy.Nodes} nodes"),
            policy.AfterMilliseconds is { } after ? string.Create(CultureInfo.InvariantCulture, $"{after} ms") : "-",
            .. wide ? [policy.Lagging.IsEmpty ? "-" : string.Join(' ', policy.Lagging)] : (string[])[],
        ];
}
