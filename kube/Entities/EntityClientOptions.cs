namespace Overlay.Kube.Entities;

/// <summary>How an <see cref="EntityClient{T}"/> asks.</summary>
public sealed record EntityClientOptions
{
    /// <summary>
    /// Ask for metadata only (<c>as=PartialObjectMetadata</c>) when reading: the server leaves spec and status out.
    /// Such a client reads and deletes; it can not create or update.
    /// </summary>
    public bool MetadataOnly { get; init; }

    /// <summary>Under which name the server records who owns which field.</summary>
    public string FieldManager { get; init; } = "overlay";
}
