using System.IO.Compression;
using Overlay.Images.Layers;

namespace Overlay.Images.Oci;

/// <summary>A layer as an image refers to it: compressed by its blob, uncompressed by its diff id.</summary>
internal sealed record Layer(string Name, Blob Blob, string DiffId, long Size, IReadOnlyList<LayerEntry> Entries)
{
    /// <summary>Builds a layer from its entries.</summary>
    public static Layer Of(string name, IReadOnlyList<LayerEntry> entries)
    {
        var tar = LayerTar.Write(entries);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        return new Layer(name, new Blob(MediaTypes.Layer, compressed.ToArray()), Blob.DigestOf(tar), tar.Length, entries);
    }
}
