using Overlay.Api.Wire;
using Overlay.Asking.Answers;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask judge SOURCE DESTINATION PROTOCOL PORT TAG ISOLATED</c>.</summary>
internal sealed class JudgeQuestion(NodeRules rules, KernelJudge judge) : IQuestion
{
    /// <inheritdoc />
    public string Word => "judge";

    /// <inheritdoc />
    public string Usage => "SOURCE DESTINATION PROTOCOL PORT TAG true|false (what the kernel would do with a packet of this tag, true: its sender's egress is isolated)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 6, this);
        Arguments.NeedNftables(rules);
        var (packet, result) = await judge.JudgeAsync(
            Arguments.Address(arguments[0]),
            Arguments.Address(arguments[1]),
            Arguments.Protocol(arguments[2]),
            Arguments.Number(arguments[3]),
            new Tag(Arguments.Number(arguments[4])),
            arguments[5] == "true",
            cancellation);
        var counters = rules.ReadCounters().Where(counter => result.Counters.Contains(counter.Name)).Select(counter => new CounterAnswer(counter.Name, counter.Packets, counter.Bytes));
        await answer.SayAsync(
            new JudgeAnswer(result.Allowed, result.Verdict, packet.From, packet.To, NodeMark.TagOf(packet.Mark).Value, result.Chains, result.Element, result.Tried, [.. counters]),
            AskJson.Default.JudgeAnswer,
            cancellation);
    }
}
