namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>
/// The programs under test: those of <c>artifacts/bin</c> (published ahead of time, as shipped) when they are there, else those that
/// were just built. OVERLAY_BIN names another folder.
/// </summary>
internal static class Binaries
{
    public static string Agent { get; } = Find("overlay-agent", "node-agent");

    public static string Plugin { get; } = Find("overlay", "cni-plugin");

    private static string Find(string name, string project)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Overlay.sln")))
            root = root.Parent ?? throw new InvalidOperationException("the tests must run inside the source tree");
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        string?[] folders =
        [
            Environment.GetEnvironmentVariable("OVERLAY_BIN"),
            Path.Combine(root.FullName, "artifacts", "bin"),
            Path.Combine(root.FullName, project, "bin", configuration, "net10.0"),
        ];
        return folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, name)).First(File.Exists);
    }
}
