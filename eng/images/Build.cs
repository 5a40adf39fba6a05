using System.Formats.Tar;
using System.Globalization;
using Overlay.Images.Debian;
using Overlay.Images.Layers;
using Overlay.Images.Oci;
using Overlay.Images.Sbom;

namespace Overlay.Images;

/// <summary>One image from its description, the packages and the published programs.</summary>
/// <param name="root">The repository.</param>
/// <param name="architecture">What the image runs on.</param>
internal sealed class Build(string root, Architecture architecture)
{
    private const string SbomPath = "usr/share/overlay/sbom.spdx.json";

    /// <summary>Builds an image; nothing is written.</summary>
    /// <exception cref="ImageException">A file, a package or a description is missing or wrong.</exception>
    public (OciImage Image, byte[] Sbom) Image(string name, ImageIdentity identity)
    {
        var description = ImageDescription.Read(Path.Combine(root, "images", name, "image.json"));
        var tree = DebianTree.Read(Path.Combine(root, "artifacts/images/debian", architecture.Name));
        List<LayerPlan> plans = [];
        foreach (var layer in description.Layers)
        {
            var list = Path.Combine("images", layer, "files");
            plans.Add(LayerPlan.Of(layer, FileList.Parse(list, File.ReadAllText(Path.Combine(root, list))), root, tree, architecture, plans));
        }

        var sbom = SpdxDocument.Write(
            identity,
            architecture,
            [.. plans.SelectMany(plan => plan.Packages).DistinctBy(package => package.Name)],
            [.. description.Projects.SelectMany(project => NugetPackages.Of(root, project, architecture)).Distinct()]
        );
        // In the uppermost layer, which is this image's own: the lower ones are shared, and stay the same from commit to commit.
        plans[^1] = plans[^1] with { Entries = [.. plans[^1].Entries, new LayerEntry.Content(SbomPath, sbom, Executable: false)] };
        return (OciImage.Of(identity, description, architecture, [.. plans.Select(plan => Layer.Of(plan.Name, plan.Entries))]), sbom);
    }

    /// <summary>Lays an image's files out in a folder, for a Dockerfile's <c>COPY</c>.</summary>
    public static void Unpack(OciImage image, string folder)
    {
        foreach (var layer in image.Layers)
        {
            using var tar = new MemoryStream(LayerTar.Write(layer.Entries));
            TarFile.ExtractToDirectory(tar, Directory.CreateDirectory(folder).FullName, overwriteFiles: true);
        }
    }

    /// <summary>What was built, a line.</summary>
    public static string Summary(OciImage image, string file)
    {
        var invariant = CultureInfo.InvariantCulture;
        return string.Create(
            invariant,
            $"{file}: {image.Identity.Reference} {image.Platform.Architecture}, {image.Layers.Sum(layer => layer.Blob.Bytes.Length) / 1e6:0.0} MB compressed, {image.Layers.Sum(layer => layer.Size) / 1e6:0.0} MB unpacked, {image.Manifest.Digest}"
        );
    }
}
