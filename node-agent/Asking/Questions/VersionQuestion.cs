using Overlay.Asking.Answers;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask version</c>.</summary>
internal sealed class VersionQuestion(string node) : IQuestion
{
    /// <inheritdoc />
    public string Word => "version";

    /// <inheritdoc />
    public string Usage => "(the agent's version, and its node)";

    /// <inheritdoc />
    public Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation) =>
        answer.SayAsync(new VersionAnswer(AgentVersion.Text, node), AskJson.Default.VersionAnswer, cancellation);
}
