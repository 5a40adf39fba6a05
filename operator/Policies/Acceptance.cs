using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Operator.Network;
using Overlay.Policy;

namespace Overlay.Operator.Policies;

/// <summary>What is said of a policy: that it is in force, or what is wrong with it and what that means. Pure.</summary>
internal static class Acceptance
{
    private const string Type = "Accepted";

    // A policy may be wrong in a thousand places; people mend the first few and look again.
    private const int Told = 8;

    /// <summary>Of an OverlayPolicy.</summary>
    public static Condition Of(OverlayPolicy policy) => Condition(Problems(policy), NamespacedConsequence(policy.Unreadable));

    /// <summary>Of a ClusterNetworkPolicy.</summary>
    public static Condition Of(ClusterNetworkPolicy policy) =>
        Condition(
            Problems(policy),
            policy.Unreadable is null
                ? "Of the rules that are wrong, an Accept matches nothing, and a Deny or Pass denies everything."
                : "The policy can not be read: it denies its subject everything in the directions that it has rules for, or speaks for no pod where its subject can not be read either.");

    /// <summary>Of a NetworkPolicy, which has no status: what is wrong with it; null: nothing.</summary>
    public static string? Complaint(NetworkPolicy policy) =>
        Problems(policy) is { IsEmpty: false } problems ? $"{NamespacedConsequence(policy.Unreadable)} {Text(problems)}" : null;

    private static ImmutableArray<string> Problems(OverlayPolicy policy) => policy.Unreadable is { } why ? [why] : Texts(PolicyValidation.Check(policy));

    private static ImmutableArray<string> Problems(NetworkPolicy policy) => policy.Unreadable is { } why ? [why] : Texts(PolicyValidation.Check(policy));

    private static ImmutableArray<string> Problems(ClusterNetworkPolicy policy) => policy.Unreadable is { } why ? [why] : Texts(PolicyValidation.Check(policy));

    private static ImmutableArray<string> Texts(ImmutableArray<PolicyProblem> problems) => [.. problems.Select(problem => problem.ToString())];

    private static string NamespacedConsequence(string? unreadable) =>
        unreadable is null
            ? "The policy isolates the pods it selects and allows nothing."
            : "The policy can not be read: it isolates every pod of its namespace, in both directions, and allows nothing.";

    private static Condition Condition(ImmutableArray<string> problems, string consequence) =>
        problems.IsEmpty ? Conditions.Of(Type, true, "Accepted", "The policy is in force.") : Conditions.Of(Type, false, "Invalid", $"{consequence} {Text(problems)}");

    private static string Text(ImmutableArray<string> problems) =>
        string.Join("; ", problems.Take(Told)) + (problems.Length > Told ? $"; and {problems.Length - Told} more" : "");
}
