namespace Overlay.NodeAgent.Cni;

/// <summary>What tells one attachment from every other, as the spec has it.</summary>
/// <param name="Network">The network's name in the configuration.</param>
/// <param name="ContainerId">The container (sandbox), CNI_CONTAINERID.</param>
/// <param name="InterfaceName">The interface inside the container, CNI_IFNAME.</param>
internal readonly record struct AttachmentKey(string Network, string ContainerId, string InterfaceName)
{
    /// <summary>For logs and messages.</summary>
    public override string ToString() => $"{ContainerId}/{InterfaceName} on {Network}";
}
