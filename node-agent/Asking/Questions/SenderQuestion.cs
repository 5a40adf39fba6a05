using Overlay.Api.Wire;
using Overlay.Asking.Answers;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Asking.Kernel;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask sender ADDRESS</c>.</summary>
internal sealed class SenderQuestion(NodeRules rules) : IQuestion
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
        Arguments.NeedNftables(rules);
        using var socket = NfTablesSocket.Open();
        var found = KernelSender.Find(socket, address) ?? throw new AskException($"{address} is no pod of this node: the kernel lets nobody send with it");
        await answer.SayAsync(
            new SenderAnswer(found.Veth, found.Tag.Value, (found.Mark & NodeMark.EgressIsolated) != 0, found.Element), AskJson.Default.SenderAnswer, cancellation);
    }
}
