using Overlay.Api.Wire;
using Overlay.Asking.Answers;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask judge SOURCE DESTINATION PROTOCOL PORT TAG ISOLATED</c>.</summary>
internal sealed class JudgeQuestion(NodeRules rules, IKernel kernel) : IQuestion
{
    /// <inheritdoc />
    public string Word => "judge";

    /// <inheritdoc />
    public string Usage => "SOURCE DESTINATION PROTOCOL PORT TAG true|false (what the kernel would do with a packet of this tag, true: its sender's egress is isolated)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 6, this);
        var asked = new AskedConnection(
            Arguments.Address(arguments[0]),
            Arguments.Address(arguments[1]),
            Arguments.Protocol(arguments[2]),
            Arguments.Number(arguments[3]),
            new Tag(Arguments.Number(arguments[4])),
            arguments[5] == "true");
        var (packet, tag, result) = await kernel.JudgeAsync(asked, cancellation);
        var counters = rules.ReadCounters().Where(counter => result.Counters.Contains(counter.Name)).Select(counter => new CounterAnswer(counter.Name, counter.Packets, counter.Bytes));
        await answer.SayAsync(
            new JudgeAnswer(result.Allowed, result.Verdict, packet.From, packet.To, tag, result.Chains, result.Element, result.Tried, [.. counters])
            {
                Rule = result.Rule is { } rule ? new RuleAnswer(rule.Place, rule.Text, rule.Policy, rule.Packets, rule.Bytes) : null,
            },
            AskJson.Default.JudgeAnswer,
            cancellation);
    }
}
