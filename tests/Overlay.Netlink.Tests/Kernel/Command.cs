using System.Diagnostics;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>Asks the distribution's tools what they see: they are the tests' independent witness.</summary>
internal static class Command
{
    public static string Run(TemporaryNamespace inside, string input, params string[] command)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", inside.Name, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "'{0}' said: {1}", string.Join(' ', command), error.GetAwaiter().GetResult());
        return output;
    }

    /// <summary>Loads a rule set as <c>nft -f -</c> does.</summary>
    public static void Load(TemporaryNamespace inside, string ruleset) => Run(inside, ruleset, "nft", "-f", "-");
}
