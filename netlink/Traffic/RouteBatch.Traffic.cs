using Overlay.Netlink.Messages;
using Overlay.Netlink.Traffic;

namespace Overlay.Netlink;

public sealed partial class RouteBatch
{
    /// <summary>Keeps what a device sends to a rate; takes the place of the queueing discipline that is there.</summary>
    public RouteBatch ReplaceTokenBucket(LinkIndex link, TokenBucket bucket) =>
        Put(RouteMessageType.NewQdisc, CreateOrReplace, "replace token bucket", $"{link}: {bucket}", (writer, _) => TrafficMessages.WriteBucket(writer, link, bucket));

    /// <summary>Gives a device an ingress qdisc, which <see cref="AddRedirection"/> needs.</summary>
    public RouteBatch AddIngress(LinkIndex link) =>
        Put(RouteMessageType.NewQdisc, CreateNew, "add ingress", (object)link, (writer, _) => TrafficMessages.WriteIngress(writer, link));

    /// <summary>Removes a device's ingress qdisc, and all filters with it.</summary>
    public RouteBatch DeleteIngress(LinkIndex link) =>
        Remove(RouteMessageType.DeleteQdisc, "delete ingress", (object)link, (writer, _) => TrafficMessages.WriteIngress(writer, link));

    /// <summary>Sends what a device receives to another.</summary>
    public RouteBatch AddRedirection(Redirection redirection) =>
        Put(RouteMessageType.NewFilter, CreateNew, "add redirection", redirection, TrafficMessages.WriteRedirection);
}
