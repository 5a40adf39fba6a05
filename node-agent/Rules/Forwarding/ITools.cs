namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>Starts programs of the node.</summary>
internal interface ITools
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Null when there is no such program.</returns>
    Task<ToolResult?> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken stop) => RunAsync(program, arguments, "", stop);

    /// <summary>Runs a program to its end with a text on its standard input.</summary>
    /// <returns>Null when there is no such program.</returns>
    Task<ToolResult?> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken stop);
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0: well.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);
