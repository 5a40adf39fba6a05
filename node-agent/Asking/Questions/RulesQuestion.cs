using Overlay.Asking.Answers;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask rules</c>: the rule engine and what it counted.</summary>
internal sealed class RulesQuestion(NodeRules rules) : IQuestion
{
    /// <inheritdoc />
    public string Word => "rules";

    /// <inheritdoc />
    public string Usage => "(the rule engine and its counters)";

    /// <inheritdoc />
    public Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation) =>
        answer.SayAsync(new RulesAnswer(rules.Backend, [.. rules.ReadCounters().Select(c => new CounterAnswer(c.Name, c.Packets, c.Bytes))]), AskJson.Default.RulesAnswer, cancellation);
}
