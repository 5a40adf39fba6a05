using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Cluster;

/// <summary>
/// A static pod's image in the API. The kubelet runs such a pod from a file under a UID of its own making, by which it also calls the plugin; the API gives the image
/// another UID, and the kubelet notes its own in an annotation. Pure.
/// </summary>
/// <remarks>
/// Annotations are written by users, so the annotation alone says nothing: an image is controlled by the Node it runs on (KEP-1314; the API server lets a kubelet make
/// no other). Whoever may create pods can imitate that too, the Node's UID is no secret; hence an image stands for a static pod of its own namespace and name only,
/// as the kubelet says them, and there the real one has the name.
/// </remarks>
internal static class MirrorPod
{
    /// <summary>Where the kubelet notes the static pod's UID (pkg/kubelet/types, ConfigMirrorAnnotationKey).</summary>
    private const string Annotation = "kubernetes.io/config.mirror";

    /// <summary>The UID of the static pod that a pod claims to stand for; null: it claims nothing.</summary>
    public static string? ClaimedUid(Pod pod) => pod.Metadata.Annotations?.GetValueOrDefault(Annotation) is { Length: > 0 } uid ? uid : null;

    /// <summary>The annotations that <see cref="ClaimedUid"/> needs; null: none.</summary>
    public static ImmutableSortedDictionary<string, string>? Kept(Pod pod) =>
        ClaimedUid(pod) is { } uid ? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Annotation, uid) : null;

    /// <summary>The owners that <see cref="IsOf"/> needs; null: none.</summary>
    public static ImmutableArray<OwnerReference>? Owners(Pod pod) => ClaimedUid(pod) is null ? null : pod.Metadata.OwnerReferences;

    /// <summary>Whether the node's kubelet made it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">This node; null: not known, so nothing is.</param>
    public static bool IsOf(Pod pod, Node? node) =>
        node?.Metadata.Uid is { Length: > 0 } uid
        && string.Equals(pod.Spec.NodeName, node.Metadata.Name, StringComparison.Ordinal)
        && (pod.Metadata.OwnerReferences ?? []).Any(owner =>
            owner is { Controller: true, ApiVersion: "v1", Kind: "Node" }
            && string.Equals(owner.Name, node.Metadata.Name, StringComparison.Ordinal)
            && string.Equals(owner.Uid, uid, StringComparison.Ordinal));
}
