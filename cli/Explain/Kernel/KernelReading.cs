using Overlay.Asking.Answers;
using Overlay.Cli.Agents;
using Overlay.Kube.Connection;

namespace Overlay.Cli.Explain.Kernel;

/// <summary>Asks the nodes concerned what their kernels would do, and holds it against what policy says.</summary>
internal static class KernelReading
{
    /// <summary>Adds the kernel's answer; where it can not be had, a note that says why.</summary>
    /// <param name="answer">What policy says.</param>
    /// <param name="from">Who opens the connection.</param>
    /// <param name="to">To whom.</param>
    /// <param name="asked">By which protocol and port.</param>
    /// <param name="connection">The cluster.</param>
    /// <param name="overlayNamespace">Overlay's namespace.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Answer> AddAsync(
        Answer answer, FoundEnd from, FoundEnd to, PortAsked asked, ClusterConnection connection, string overlayNamespace, CancellationToken cancel)
    {
        if (answer.BeforePolicy is not null)
            return answer;
        if (KernelQuestion.Of(from, to, out var whyNot) is not { } question)
            return Noted(answer, whyNot);
        try
        {
            var agents = await AgentPods.FindAsync(connection, overlayNamespace, cancel);
            var sender = question.SourceNode is { } node
                ? await agents.AskAsync(node, ["sender", $"{question.Source}"], AskJson.Default.SenderAnswer, cancel)
                : null;
            var words = question.Words(asked, sender?.Tag ?? question.OuterTag, sender?.EgressIsolated ?? false);
            var judged = await agents.AskAsync(question.Node, words, AskJson.Default.JudgeAnswer, cancel);
            return answer with
            {
                Kernel = new KernelAnswer(question.Node, judged.Allowed == answer.Allowed, judged, question.SourceNode, sender)
                {
                    OtherTag = sender is not null && answer.SourceTag is { } expected && expected != sender.Tag ? expected : null,
                },
            };
        }
        catch (AgentException e)
        {
            return Noted(answer, e.Message);
        }
    }

    private static Answer Noted(Answer answer, string why) => answer with { Notes = [.. answer.Notes, $"policy alone, no kernel was asked: {why}"] };
}
