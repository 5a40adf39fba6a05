using System.Collections.Immutable;
using System.Net;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>The pods of this node as policies see them.</summary>
/// <param name="find">A pod's object by UID, namespace and name; null: it is gone.</param>
internal sealed class LocalPods(Func<string, ObjectKey, Pod?> find)
{
    private Dictionary<string, ImmutableArray<DeclaredPort>> _ports = new(StringComparer.Ordinal);

    /// <summary>
    /// A pod by its labels and named ports now; when its object is gone, by those it last had: it may still send and serve until DEL. (The labels
    /// are in the store. The ports are not: of a pod whose object went while no agent ran, none is known by name.)
    /// </summary>
    public ImmutableArray<LocalPod> Of(IEnumerable<Attachment> wired)
    {
        var pods = ImmutableArray.CreateBuilder<LocalPod>();
        var ports = new Dictionary<string, ImmutableArray<DeclaredPort>>(StringComparer.Ordinal);
        foreach (var attachments in wired.Where(a => a.PodLabels is not null).GroupBy(a => a.PodUid, StringComparer.Ordinal))
        {
            var first = attachments.First();
            var key = new ObjectKey(first.PodNamespace, first.PodName);
            var pod = find(first.PodUid, key);
            var declared = pod is null ? _ports.GetValueOrDefault(first.PodUid, []) : Declared(pod);
            ports.Add(first.PodUid, declared);
            var labels = pod is null ? first.PodLabels! : pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty;
            pods.Add(
                new LocalPod(first.PodUid, key, labels)
                {
                    Addresses = [.. attachments.SelectMany(a => a.Addresses).Distinct()],
                    Ports = declared,
                }
            );
        }

        _ports = ports;
        return pods.ToImmutable();
    }

    /// <summary>
    /// Pods that are scheduled to this node and not wired yet. Rules of their workloads are made before they come: ADD then writes nothing but elements, and starts no program
    /// where the rules are iptables.
    /// </summary>
    /// <param name="scheduled">All pods of this node.</param>
    /// <param name="wired">Those that are wired.</param>
    /// <param name="somewhere">An address of each block of this node that no pod has: which workload a pod is of goes also by the blocks of policies that it lies in, and
    /// these rarely divide a node's pods.</param>
    public static IEnumerable<LocalPod> Expected(IEnumerable<Pod> scheduled, IEnumerable<Attachment> wired, ImmutableArray<IPAddress> somewhere)
    {
        var here = wired.Select(a => a.PodUid).ToHashSet(StringComparer.Ordinal);
        return
            from pod in scheduled
            where !pod.Spec.HostNetwork && !pod.HasEnded && pod.Metadata.Uid is not null
            where !here.Contains(pod.Metadata.Uid!) && !(MirrorPod.ClaimedUid(pod) is { } uid && here.Contains(uid))
            select new LocalPod(pod.Metadata.Uid!, pod.Metadata.Key, pod.Metadata.Labels ?? ImmutableSortedDictionary<string, string>.Empty)
            {
                Addresses = somewhere,
                Ports = Declared(pod),
            };
    }

    private static ImmutableArray<DeclaredPort> Declared(Pod pod) =>
        [
            .. pod
                .Spec.NamedPorts.Where(port => Enum.TryParse<IpProtocol>(port.Protocol ?? "TCP", out _))
                .Select(port => new DeclaredPort(port.Name!, Enum.Parse<IpProtocol>(port.Protocol ?? "TCP"), (ushort)port.Port)),
        ];
}
