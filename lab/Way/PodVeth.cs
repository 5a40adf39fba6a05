using System.Text.RegularExpressions;
using Overlay.Netlink;

namespace Overlay.Lab.Way;

/// <summary>Both ends of a pod's wire, as the kernel has them.</summary>
/// <param name="Host">The node's end.</param>
/// <param name="Inside">The pod's end.</param>
public sealed partial record PodVeth(Link Host, Link Inside)
{
    /// <summary>Finds a pod's wire.</summary>
    /// <param name="pod">The pod.</param>
    public static PodVeth Of(LabPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        using var inPod = RouteSocket.Open(pod.Space);
        using var onNode = RouteSocket.Open(pod.Node.Space);
        var inside = inPod.GetLink(Runtime.CniRuntime.InterfaceName) ?? throw new LabException($"{pod} has no {Runtime.CniRuntime.InterfaceName}.");
        var host = onNode.GetLink(inside.Below) ?? throw new LabException($"{pod.Node.Name} has no device {inside.Below}, the other end of {pod}'s wire.");
        return new PodVeth(host, inside);
    }

    /// <summary>Packets that the node's end has sent towards the pod.</summary>
    /// <param name="pod">The pod.</param>
    public long SentToPod(LabPod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var match = SentPackets().Match(pod.Node.Run("ip", "-s", "-j", "link", "show", "dev", Host.Name).Checked());
        return match.Success ? long.Parse(match.Groups["packets"].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("\"tx\":\\{\"bytes\":\\d+,\"packets\":(?<packets>\\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SentPackets();
}
