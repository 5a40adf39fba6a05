using System.Collections.Immutable;
using Overlay.Asking.Answers;

namespace Overlay.Cli.Explain.Kernel;

/// <summary>What the kernel of the node that judges would do with the connection's first packet, found by its agent in the rules as they are.</summary>
/// <param name="Node">The node.</param>
/// <param name="Agrees">Whether that is what policy says.</param>
/// <param name="Judgement">What it would do, and by which element.</param>
/// <param name="SenderNode">The source's node; null: the source is no pod.</param>
/// <param name="Sender">As whom the source's node takes it; null: the source is no pod.</param>
internal sealed record KernelAnswer(string Node, bool Agrees, JudgeAnswer Judgement, string? SenderNode, SenderAnswer? Sender)
{
    /// <summary>The tag that the source's packets really get is not the one that the objects say.</summary>
    public int? OtherTag { get; init; }

    /// <summary>What the counters are called, with their packets.</summary>
    public ImmutableArray<string> Counted => [.. Judgement.Counters.Select(counter => $"{counter.Name} {counter.Packets}")];
}
