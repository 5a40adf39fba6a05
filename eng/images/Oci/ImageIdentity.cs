namespace Overlay.Images.Oci;

/// <summary>What an image is called and where it comes from.</summary>
/// <param name="Name">Fully qualified, as containerd stores it and a kubelet asks for it: <c>docker.io/overlay-cni/agent</c>.</param>
/// <param name="Version">Its tag.</param>
/// <param name="Created">The commit's time: not the build's, which would differ each time.</param>
/// <param name="Revision">The commit.</param>
internal sealed record ImageIdentity(string Name, string Version, DateTimeOffset Created, string Revision)
{
    /// <summary><c>NAME:VERSION</c>.</summary>
    public string Reference => $"{Name}:{Version}";
}
