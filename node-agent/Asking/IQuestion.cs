namespace Overlay.NodeAgent.Asking;

/// <summary>Something that a running agent can be asked by <c>overlay-agent ask</c>. Nothing of it is kept between two questions.</summary>
internal interface IQuestion
{
    /// <summary>The word it goes by.</summary>
    string Word { get; }

    /// <summary>Its arguments and what it tells, in one line.</summary>
    string Usage { get; }

    /// <summary>Answers.</summary>
    /// <param name="arguments">What followed the word.</param>
    /// <param name="answer">Takes the answer: JSON, a line each.</param>
    /// <param name="cancellation">Whoever asked is gone, or the agent ends.</param>
    /// <exception cref="AskException">There is no answer.</exception>
    Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation);
}
