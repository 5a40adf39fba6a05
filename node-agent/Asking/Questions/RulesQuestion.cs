using System.Collections.Immutable;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask rules</c>: the rule engine and what it counted.</summary>
internal sealed class RulesQuestion(NodeRules rules) : IQuestion
{
    /// <inheritdoc />
    public string Word => "rules";

    /// <inheritdoc />
    public string Usage => "(the rule engine, its counters, what was written so far)";

    /// <inheritdoc />
    public Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation) =>
        answer.SayAsync(new RulesAnswer(rules.Backend, [.. rules.ReadCounters()], rules.Statistics), AskJson.Default.RulesAnswer, cancellation);
}

/// <summary>The rules of a node.</summary>
/// <param name="Backend"><c>nftables</c> or <c>iptables</c>.</param>
/// <param name="Counters">Packets and bytes at each step of the way.</param>
/// <param name="Written">What was written since the agent started.</param>
internal sealed record RulesAnswer(string Backend, ImmutableArray<RuleCounter> Counters, RuleStatistics Written);
