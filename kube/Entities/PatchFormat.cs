namespace Overlay.Kube.Entities;

/// <summary>How a patch is written.</summary>
public enum PatchFormat
{
    /// <summary>RFC 7396 JSON merge patch.</summary>
    Merge,

    /// <summary>RFC 6902 JSON patch.</summary>
    Json,
}
