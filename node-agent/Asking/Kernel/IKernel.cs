using System.Net;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Asks this node's kernel, by its rules and sets as they are. One for each rule engine.</summary>
internal interface IKernel
{
    /// <summary>As whom it takes what a pod of this node sends; null: no pod of this node may send with that address.</summary>
    /// <param name="address">The pod's.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="AskException">The kernel can not be asked.</exception>
    Task<KernelSender?> FindAsync(IPAddress address, CancellationToken stop);

    /// <summary>What it would do with a connection's first packet.</summary>
    /// <param name="asked">The connection.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="AskException">The rules can not be listed, or not understood.</exception>
    Task<KernelVerdict> JudgeAsync(AskedConnection asked, CancellationToken stop);
}

/// <summary>What the kernel would do.</summary>
/// <param name="Packet">With which packet.</param>
/// <param name="Tag">The tag it would carry.</param>
/// <param name="Result">What.</param>
internal sealed record KernelVerdict(TriedPacket Packet, int Tag, WalkResult Result);
