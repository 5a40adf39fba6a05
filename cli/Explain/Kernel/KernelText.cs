using System.Collections.Immutable;

namespace Overlay.Cli.Explain.Kernel;

/// <summary>The kernel's answer for people. Pure.</summary>
internal static class KernelText
{
    /// <summary>Rows of the answer's table.</summary>
    public static IEnumerable<string[]> Rows(KernelAnswer answer)
    {
        var judged = answer.Judgement;
        var does = judged.Verdict switch { "accept" => "accepts it", "reject" => "rejects it", _ => "drops it" };
        yield return ["kernel", $"{(answer.Agrees ? "agrees" : "DISAGREES")}: {answer.Node} {does}"];
        if (judged.Rule is { } rule)
        {
            yield return ["", $"by {rule.Place}: {rule.Text}"];
            yield return ["", $"which counted {rule.Packets} packets, {rule.Bytes} bytes"];
            if (!judged.Tried.IsEmpty)
                yield return ["", $"none of these lets it through: {Some(judged.Tried)}"];
        }

        if (judged.Element is { } element)
            yield return ["", $"by {element}"];
        else if (judged.Rule is null && !judged.Tried.IsEmpty)
            yield return ["", $"nothing found of {string.Join(", ", judged.Tried)}"];
        yield return ["", $"from {judged.From} to {judged.To}, chains {string.Join(" > ", judged.Chains)}"];
        if (!answer.Counted.IsEmpty)
            yield return ["", $"counted so far: {string.Join(", ", answer.Counted)} packets"];
        if (answer.Sender is { } sender)
            yield return ["", $"{answer.SenderNode} marks the source by {sender.Element}"];
        if (answer.Sender?.Rule is { } marking)
            yield return ["", $"there, {marking}"];
        if (answer.OtherTag is { } expected)
            yield return ["", $"the source's packets carry tag {judged.Tag}; by the objects it would be {expected}"];
        if (!answer.Agrees)
            yield return ["", $"is the policy in force there already? kubectl overlay policies; else look into the agent's log, and who else changes {(judged.Rule is null ? "table inet overlay" : "the chains OVERLAY-*")}"];
    }

    /// <summary>Rules are long, and there may be many.</summary>
    private static string Some(ImmutableArray<string> rules)
    {
        const int most = 4;
        return rules.Length <= most ? string.Join("; ", rules) : $"{string.Join("; ", rules.Take(most))}; and {rules.Length - most} more";
    }
}
