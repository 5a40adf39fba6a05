namespace Overlay.Api;

/// <summary>The API group of Overlay's own kinds.</summary>
public static class OverlayGroup
{
    /// <summary>The group's name.</summary>
    public const string Name = "overlay-cni.io";

    /// <summary>The only version so far.</summary>
    public const string Version = "v1alpha1";

    /// <summary>Group and version as objects carry them.</summary>
    public const string ApiVersion = Name + "/" + Version;
}
