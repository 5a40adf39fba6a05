namespace Overlay.Images.Layers;

/// <summary>One entry of a layer. All belong to root and bear the same time, so that equal content gives equal bytes.</summary>
/// <param name="Path">Without a leading slash.</param>
internal abstract record LayerEntry(string Path)
{
    /// <summary>A file.</summary>
    internal sealed record Content(string Path, ReadOnlyMemory<byte> Bytes, bool Executable) : LayerEntry(Path);

    /// <summary>A symbolic link.</summary>
    internal sealed record Link(string Path, string Target) : LayerEntry(Path);

    /// <summary>A folder; /tmp is everybody's.</summary>
    internal sealed record Folder(string Path) : LayerEntry(Path);
}
