using System.Diagnostics;
using Overlay.Lab;

namespace Overlay.Chart.Tests.Helm;

/// <summary>What a run of helm said.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record HelmAnswer(int Code, string Output, string Error);

/// <summary>The helm that eng/kubectl.sh fetches.</summary>
internal static class HelmTool
{
    /// <summary>The namespace that the chart is made for.</summary>
    public const string Namespace = "overlay-system";

    /// <summary>The chart.</summary>
    public static string Chart => Path.Combine(LabPaths.Repository(), "charts", "overlay");

    /// <summary>Runs helm; the test is skipped, and says so, when it could not be fetched.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<HelmAnswer> RunAsync(params string[] arguments)
    {
        var path = Path.Combine(LabPaths.Repository(), "artifacts", "tools", "helm");
        Assert.SkipUnless(File.Exists(path), $"{path} is missing: run eng/kubectl.sh");
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Neither the user's clusters nor helm's own caches have a part in this.
            Environment = { ["KUBECONFIG"] = "/dev/null", ["HELM_CACHE_HOME"] = Path.GetTempPath(), ["HELM_CONFIG_HOME"] = Path.GetTempPath() },
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return new HelmAnswer(process.ExitCode, await output, await error);
    }

    /// <summary><c>helm template</c> with values.</summary>
    /// <param name="settings">As <c>operator.replicas=1</c>.</param>
    public static Task<HelmAnswer> TemplateAsync(params string[] settings) =>
        RunAsync(["template", "overlay", Chart, "-n", Namespace, .. settings.SelectMany(s => new[] { "--set", s })]);
}
