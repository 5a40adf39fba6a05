using System.Diagnostics;

namespace Overlay.Lab.Tests.ApiServer.Kubectl;

/// <summary>The kubectl versions that eng/kubectl.sh fetches.</summary>
internal static class KubectlTools
{
    private static readonly Lazy<string> Folder = new(Fetch);

    /// <summary>Runs kubectl and answers its output; the exit code decides whether it is an error.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string version, string kubeconfig, string? input, IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Folder.Value, "kubectl-" + version), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["KUBECONFIG"] = kubeconfig;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }

    private static string Fetch()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Overlay.sln")))
            root = root.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        using var fetch = Process.Start(new ProcessStartInfo(Path.Combine(root.FullName, "eng", "kubectl.sh")) { UseShellExecute = false, RedirectStandardOutput = true })!;
        fetch.StandardOutput.ReadToEnd();
        fetch.WaitForExit();
        if (fetch.ExitCode != 0)
            throw new InvalidOperationException($"eng/kubectl.sh failed with {fetch.ExitCode}");
        return Path.Combine(root.FullName, "artifacts", "tools");
    }
}
