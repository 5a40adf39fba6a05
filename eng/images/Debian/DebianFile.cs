namespace Overlay.Images.Debian;

/// <summary>A file or link of a package.</summary>
/// <param name="Path">Where it is in an image, without a leading slash.</param>
/// <param name="Package">Whose it is.</param>
/// <param name="Source">Where it is unpacked.</param>
internal sealed record DebianFile(string Path, DebianPackage Package, string Source)
{
    /// <summary>Where a link leads, as it is written; null for a file.</summary>
    public string? LinkTarget => new FileInfo(Source).LinkTarget;

    /// <summary>The path that a link leads to in the image; null for a file.</summary>
    public string? Target =>
        LinkTarget is { } target
            ? DebianTree.Merged(System.IO.Path.GetRelativePath("/", System.IO.Path.GetFullPath(System.IO.Path.Combine("/", System.IO.Path.GetDirectoryName(Path)!, target))))
            : null;
}
