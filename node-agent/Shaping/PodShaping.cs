using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Shaping;

/// <summary>Keeps pods to their rates in the kernel. Thread-safe.</summary>
/// <param name="host">The node's own network namespace.</param>
internal sealed class PodShaping(RouteSocket host)
{
    /// <summary>Puts a wired pod's limits in force; nothing to do for one without.</summary>
    /// <exception cref="CniException">5: the kernel refused.</exception>
    public void Apply(Attachment attachment)
    {
        if (attachment.Asked.Bandwidth is null)
            return;
        var names = (string[])[VethNames.Of(attachment.Key), IfbNames.Of(VethNames.Of(attachment.Key))];
        try
        {
            host.Apply(ShapingPlan.Devices([attachment], Links(names)));
            host.Apply(Filters([attachment], Links(names)));
        }
        catch (NetlinkException error)
        {
            throw new CniException(
                CniErrorCode.InputOutput,
                $"the pod can not be kept to its bandwidth: {error.Message}",
                "does the kernel have ifb, sch_tbf, sch_ingress, cls_u32 and act_mirred? Without them, take the bandwidth annotations off the pod",
                error
            );
        }
    }

    /// <summary>What is not as it should be, in words.</summary>
    public IEnumerable<string> Verify(Attachment attachment)
    {
        if (attachment.Asked.Bandwidth is null)
            return [];
        var links = Links([VethNames.Of(attachment.Key), IfbNames.Of(VethNames.Of(attachment.Key))]);
        return ShapingPlan.Devices([attachment], links).Count + Filters([attachment], links).Count > 0 ? ["its bandwidth is not limited as it was asked for"] : [];
    }

    /// <summary>Mends what others changed, and sweeps what pods left that are gone.</summary>
    /// <param name="attachments">The pods.</param>
    /// <param name="links">All devices by name.</param>
    /// <param name="failed">Hears of each change that the kernel refused.</param>
    /// <returns>How many changes it took.</returns>
    public int Pass(IReadOnlyCollection<Attachment> attachments, IReadOnlyDictionary<string, Link> links, Action<NetlinkException> failed)
    {
        // Group 0: its ADD is under way, and sees to it.
        Attachment[] limited = [.. attachments.Where(a => a.Asked.Bandwidth is not null && links.GetValueOrDefault(VethNames.Of(a.Key)) is { Group: > 0 })];
        var devices = ShapingPlan.Devices(limited, links);
        Try(devices);
        if (limited.Length == 0)
            return devices.Count;
        var filters = Filters(limited, devices.Count == 0 ? links : host.Links().ToDictionary(l => l.Name, StringComparer.Ordinal));
        Try(filters);
        return devices.Count + filters.Count;

        void Try(RouteBatch batch)
        {
            // Between look and change a pod may have gone: that is no failure.
            foreach (var failure in host.TryApply(batch).Where(f => !f.IsMissing))
                failed(failure);
        }
    }

    private Dictionary<string, Link> Links(IEnumerable<string> names) => names.Select(host.GetLink).OfType<Link>().ToDictionary(link => link.Name, StringComparer.Ordinal);

    private RouteBatch Filters(IReadOnlyCollection<Attachment> limited, IReadOnlyDictionary<string, Link> links) =>
        ShapingPlan.Filters(
            limited,
            links,
            host.Qdiscs(),
            [.. limited.Where(a => a.Asked.Bandwidth!.Egress is not null).Select(a => links.GetValueOrDefault(VethNames.Of(a.Key))).OfType<Link>().SelectMany(veth => host.Redirections(veth.Index))]
        );
}
