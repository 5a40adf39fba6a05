namespace Overlay.Images.Layers;

/// <summary>One line of a layer's list.</summary>
internal abstract record FileRequest
{
    /// <summary>Files of Debian packages; <c>*</c> stands for any characters.</summary>
    internal sealed record Packaged(string Pattern) : FileRequest;

    /// <summary>A symbolic link.</summary>
    internal sealed record Link(string Path, string Target) : FileRequest;

    /// <summary>A file of the repository, or with a path that ends in a slash the YAML files of a folder.</summary>
    internal sealed record Ours(string Path, string Source) : FileRequest;

    /// <summary>An empty folder.</summary>
    internal sealed record Folder(string Path) : FileRequest;
}
