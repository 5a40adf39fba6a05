using System.Text.Json;

namespace Overlay.NodeAgent.Cni;

/// <summary>What the CNI commands do, once they are parsed.</summary>
internal interface IPodNetwork
{
    /// <summary>Attaches a pod: address, veth, rules in force. A failure leaves nothing behind.</summary>
    Task<CniResult> AddAsync(AttachmentKey key, string networkNamespace, PodArguments pod, RuntimeRequest asked, CancellationToken cancellation);

    /// <summary>The runtime has the result of <see cref="AddAsync"/> (true), or will never get it (false): then it is undone.</summary>
    /// <param name="key">The attachment.</param>
    /// <param name="attempt"><see cref="CniResult.Attempt"/>: when another ADD has taken its place since, nothing is done.</param>
    /// <param name="delivered">Whether the runtime has the result.</param>
    Task SettleAsync(AttachmentKey key, long attempt, bool delivered);

    /// <summary>Detaches; succeeds when there is nothing to detach.</summary>
    Task DeleteAsync(AttachmentKey key, string? networkNamespace, CancellationToken cancellation);

    /// <summary>Throws error 101 when the kernel's state is not what ADD made, 3 when the attachment is not known.</summary>
    Task CheckAsync(AttachmentKey key, string networkNamespace, JsonElement previousResult, CancellationToken cancellation);

    /// <summary>Throws 50 or 51 when an ADD could not succeed now.</summary>
    void CheckReady();

    /// <summary>Detaches everything of this network that is not in <paramref name="valid"/>; errors are collected, not stopped at.</summary>
    Task CollectAsync(string network, IReadOnlySet<(string ContainerId, string InterfaceName)> valid, CancellationToken cancellation);
}
