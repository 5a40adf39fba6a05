using Overlay.EndToEnd.Tests.Runtimes;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>The images that <c>make images</c> made of the published binaries, and one that holds sandboxes.</summary>
internal static class ChartImages
{
    /// <summary>The archives; the test is skipped, and says so, when they could not be made (eng/test.sh says why).</summary>
    /// <param name="folder">Where the one for sandboxes is written.</param>
    public static IReadOnlyList<string> Archives(string folder)
    {
        var made = Path.Combine(LabPaths.Repository(), "artifacts", "images");
        string[] archives = Directory.Exists(made) ? Directory.GetFiles(made, "overlay-*-amd64.tar") : [];
        Assert.SkipUnless(archives.Length == 2, $"{made} does not hold the two images: run make images");
        var pause = folder + "/pause.tar";
        PauseImage.Write(pause);
        return [.. archives, pause];
    }
}
