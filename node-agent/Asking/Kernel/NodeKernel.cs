using System.Net;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Kernel;

/// <summary>Asks the kernel by the rule engine that is in force at the moment.</summary>
/// <param name="rules">Tell which it is.</param>
/// <param name="nftables">Asks nftables.</param>
/// <param name="iptables">Asks iptables.</param>
internal sealed class NodeKernel(NodeRules rules, IKernel nftables, IKernel iptables) : IKernel
{
    private IKernel Now => rules.Backend == "iptables" ? iptables : nftables;

    /// <inheritdoc />
    public Task<KernelSender?> FindAsync(IPAddress address, CancellationToken stop) => Now.FindAsync(address, stop);

    /// <inheritdoc />
    public Task<KernelVerdict> JudgeAsync(AskedConnection asked, CancellationToken stop) => Now.JudgeAsync(asked, stop);
}
