using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Addresses;
using Overlay.Policy;

namespace Overlay.NodeAgent.Policies;

/// <summary>The wired pods as policies see them.</summary>
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

    private static ImmutableArray<DeclaredPort> Declared(Pod pod) =>
        [
            .. pod
                .Spec.NamedPorts.Where(port => Enum.TryParse<IpProtocol>(port.Protocol ?? "TCP", out _))
                .Select(port => new DeclaredPort(port.Name!, Enum.Parse<IpProtocol>(port.Protocol ?? "TCP"), (ushort)port.Port)),
        ];
}
