using Microsoft.Extensions.Time.Testing;

namespace Overlay.Cli.Tests;

/// <summary>One call of the program, as a shell makes it.</summary>
internal sealed record Run(int Exit, string Output, string Errors)
{
    public static async Task<Run> OfAsync(string commandLine, string input = "", DateTimeOffset? now = null)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var text = new StringReader(input);
        var time = now is { } at ? new FakeTimeProvider(at) : TimeProvider.System;
        var exit = await new Entry(output, errors, text, time)
            .RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), TestContext.Current.CancellationToken);
        return new Run(exit, output.ToString(), errors.ToString());
    }
}
