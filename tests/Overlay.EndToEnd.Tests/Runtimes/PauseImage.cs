using Overlay.Images;
using Overlay.Images.Elf;
using Overlay.Images.Layers;
using Overlay.Images.Oci;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>What holds a sandbox: this machine's <c>sleep</c>, and what it loads. No registry is asked.</summary>
internal static class PauseImage
{
    /// <summary>Its name.</summary>
    public const string Reference = "docker.io/overlay-cni/pause:test";

    private const string Program = "/usr/bin/sleep";

    /// <summary>Writes the archive.</summary>
    public static void Write(string path)
    {
        var architecture = Architecture.Parse("amd64");
        var layer = Layer.Of("pause", [.. Files().Select(file => new LayerEntry.Content(file[1..], File.ReadAllBytes(file), Executable: true))]);
        var description = new ImageDescription("pause", "holds a sandbox", [], [], [Program, "infinity"], "0:0");
        var parts = Reference.Split(':');
        var image = OciImage.Of(new ImageIdentity(parts[0], parts[1], DateTimeOffset.UnixEpoch, "test"), description, architecture, [layer]);
        File.WriteAllBytes(path, OciArchive.Write(image));
    }

    private static IEnumerable<string> Files() =>
        ElfNeeds.Of(File.ReadAllBytes(Program)).Select(name => Path.IsPathRooted(name) ? name : $"/lib/x86_64-linux-gnu/{name}").Prepend(Program);
}
