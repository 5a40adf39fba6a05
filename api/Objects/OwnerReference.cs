namespace Overlay.Api.Objects;

/// <summary>An owner of an object (meta/v1 OwnerReference).</summary>
/// <param name="ApiVersion">The owner's group and version.</param>
/// <param name="Kind">The owner's kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's UID.</param>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid)
{
    /// <summary>Whether this owner is the managing controller.</summary>
    public bool? Controller { get; init; }

    /// <summary>Whether the owner may not go before this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
