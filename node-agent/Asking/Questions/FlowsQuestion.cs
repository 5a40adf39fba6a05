using Overlay.Api.Flows;
using Overlay.NodeAgent.Flows;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask flows</c>: the last flows that were told, each as a line; with <c>follow</c> each that comes, too.</summary>
internal sealed class FlowsQuestion(FlowBook book) : IQuestion
{
    /// <inheritdoc />
    public string Word => "flows";

    /// <inheritdoc />
    public string Usage => "[follow] (denied and allowed connections that were told of late, and those that come)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        switch (arguments)
        {
            case []:
                foreach (var flow in book.Recent())
                    await answer.SayAsync(flow, FlowJson.Default.Flow, cancellation);
                break;
            case ["follow"]:
                await foreach (var flow in book.FollowAsync(cancellation))
                    await answer.SayAsync(flow, FlowJson.Default.Flow, cancellation);
                break;
            default:
                throw new AskException($"flows takes 'follow' or nothing, not '{string.Join(' ', arguments)}'");
        }
    }
}
