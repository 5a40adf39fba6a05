namespace Overlay.Lab.ApiServer.Cel;

/// <summary>A rule that cannot be read (then the definition is refused) or cannot be computed (then the object is).</summary>
internal sealed class CelException(string message) : Exception(message)
{
    /// <summary>Where in the definition the rule stands.</summary>
    public string Path { get; init; } = "";

    /// <summary>The rule's text.</summary>
    public string Rule { get; init; } = "";
}
