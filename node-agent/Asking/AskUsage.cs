namespace Overlay.NodeAgent.Asking;

/// <summary>Which questions there are.</summary>
internal static class AskUsage
{
    /// <summary>In one sentence, for a wrong question.</summary>
    public static string Of(IEnumerable<IQuestion> questions) => string.Join("; ", questions.Select(question => $"{question.Word} {question.Usage}"));
}
