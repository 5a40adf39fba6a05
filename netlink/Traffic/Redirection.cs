namespace Overlay.Netlink;

/// <summary>Everything that one device receives is sent out of another (<c>u32 match u32 0 0 action mirred egress redirect</c>), as into an ifb device to be shaped.</summary>
/// <param name="From">The device that receives; it has an ingress qdisc.</param>
/// <param name="To">The device that it goes to. When that one is gone, what <paramref name="From"/> receives is dropped.</param>
public sealed record Redirection(LinkIndex From, LinkIndex To);
