using Overlay.Netlink.Messages;
using Overlay.Netlink.Traffic;

namespace Overlay.Netlink;

public sealed partial class RouteSocket
{
    /// <summary>All devices' queueing disciplines.</summary>
    public IReadOnlyList<Qdisc> Qdiscs()
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetQdisc, MessageFlags.None, "list", "qdiscs");
        TrafficMessages.WriteHeader(list.Writer, LinkIndex.None);
        list.End();
        return connection.Dump(list, TrafficMessages.ParseQdisc);
    }

    /// <summary>Where a device's received packets are sent by filters of its ingress qdisc; empty without one.</summary>
    public IReadOnlyList<Redirection> Redirections(LinkIndex link)
    {
        var list = new RequestList();
        list.Begin(RouteMessageType.GetFilter, MessageFlags.None, "list filters of", link);
        TrafficMessages.WriteRedirectionFilter(list.Writer, link);
        list.End();
        return connection.Dump(list, TrafficMessages.ParseRedirection);
    }
}
