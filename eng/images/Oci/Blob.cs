using System.Security.Cryptography;

namespace Overlay.Images.Oci;

/// <summary>Content that is addressed by its sum.</summary>
internal sealed record Blob(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Digest { get; } = DigestOf(Bytes.Span);

    /// <summary>Where it is in an OCI layout.</summary>
    public string Path => "blobs/" + Digest.Replace(':', '/');

    public static string DigestOf(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>How others refer to it.</summary>
    public Descriptor Describe(Platform? platform = null, IReadOnlyDictionary<string, string>? annotations = null) =>
        new(MediaType, Digest, Bytes.Length, platform, annotations);
}
