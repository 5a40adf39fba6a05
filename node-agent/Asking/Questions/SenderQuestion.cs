using Overlay.Asking.Answers;
using Overlay.NodeAgent.Asking.Kernel;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask sender ADDRESS</c>.</summary>
internal sealed class SenderQuestion(IKernel kernel) : IQuestion
{
    /// <inheritdoc />
    public string Word => "sender";

    /// <inheritdoc />
    public string Usage => "ADDRESS (as whom the kernel takes the packets of a pod of this node)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 1, this);
        var address = Arguments.Address(arguments[0]);
        var found = await kernel.FindAsync(address, cancellation) ?? throw new AskException($"{address} is no pod of this node: the kernel lets nobody send with it");
        await answer.SayAsync(
            new SenderAnswer(found.Veth, found.Tag.Value, found.EgressIsolated, found.Element) { Rule = found.Rule }, AskJson.Default.SenderAnswer, cancellation);
    }
}
