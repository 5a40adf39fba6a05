using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>The kubectl versions that eng/kubectl.sh fetches: Debian's, and a recent one.</summary>
internal static class KubectlTool
{
    /// <summary>Both.</summary>
    public static TheoryData<string> Versions => ["kubectl-1.20", "kubectl-1.35"];

    /// <summary>Where one is; the test is skipped, and says so, when it could not be fetched.</summary>
    /// <param name="version">As <c>kubectl-1.20</c>.</param>
    public static string Path(string version)
    {
        var path = System.IO.Path.Combine(LabPaths.Repository(), "artifacts", "tools", version);
        Assert.SkipUnless(File.Exists(path), $"{path} is missing: run eng/kubectl.sh");
        return path;
    }
}
