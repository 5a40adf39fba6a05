using System.Collections.Immutable;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>What to do about a barrier.</summary>
internal abstract record ForwardingStep
{
    private static readonly ImmutableArray<string> Directions = ["-i", "-o"];

    private ForwardingStep() { }

    /// <summary>Append accept rules for the overlay's interfaces.</summary>
    /// <param name="Programs">The right program by its names, the most exact first.</param>
    /// <param name="Rules">The rules, without <c>-A</c>, <c>-C</c>.</param>
    internal sealed record Accept(ImmutableArray<string> Programs, ImmutableArray<ImmutableArray<string>> Rules) : ForwardingStep;

    /// <summary>Only the administrator can do it well.</summary>
    /// <param name="Text">What to do.</param>
    internal sealed record Advise(string Text) : ForwardingStep;

    /// <summary>The step for a barrier. Pure.</summary>
    /// <remarks>
    /// The rules go to the end of the chain: they override its policy and nothing else, a drop that the administrator wrote keeps its force. They name
    /// interfaces and not addresses, so that they never change; what may pass there was decided by our own rules before (priority filter - 10).
    /// </remarks>
    internal static ForwardingStep For(ForwardBarrier barrier, RuleSettings settings) =>
        barrier.Kind switch
        {
            FirewallKind.IptablesNft => new Accept(barrier.Family == AddressFamily.InterNetwork ? ["iptables-nft", "iptables"] : ["ip6tables-nft", "ip6tables"], AcceptRules(settings)),
            FirewallKind.IptablesLegacy => new Accept(barrier.Family == AddressFamily.InterNetwork ? ["iptables-legacy", "iptables"] : ["ip6tables-legacy", "ip6tables"], AcceptRules(settings)),
            FirewallKind.Firewalld => new Advise(
                $"firewalld ({barrier.Where}) may reject the pods' packets. Trust the overlay: firewall-cmd --permanent --zone=trusted --add-interface={settings.Vtep}, "
                    + "firewall-cmd --permanent --zone=trusted --add-source=POOL for each pool, firewall-cmd --reload."
            ),
            _ => new Advise(
                $"The chain's policy drops forwarded packets ({barrier.Where}). Add to it: iifname {{ \"{settings.PodPrefix}*\", \"{settings.Vtep}\" }} accept; "
                    + $"oifname {{ \"{settings.PodPrefix}*\", \"{settings.Vtep}\" }} accept."
            ),
        };

    private static ImmutableArray<ImmutableArray<string>> AcceptRules(RuleSettings settings) =>
    [
        .. from device in new[] { $"{settings.PodPrefix}+", settings.Vtep }
           from direction in Directions
           select ImmutableArray.Create(direction, device, "-m", "comment", "--comment", "overlay", "-j", "ACCEPT"),
    ];
}
