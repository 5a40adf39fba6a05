using System.Collections.Immutable;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>The kinds that are served without a CustomResourceDefinition.</summary>
internal static class BuiltInResources
{
    public static ResourceType CustomResourceDefinitions { get; } =
        Cluster("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd", "crds") with
        {
            HasStatus = true, HasGeneration = true, Categories = ["api-extensions"],
        };

    public static ImmutableArray<ResourceType> All { get; } =
    [
        Namespaced("", "v1", "pods", "Pod", "po") with
        {
            HasStatus = true, HasGeneration = true, Categories = ["all"],
            Fields = [.. FieldsOf("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"), new SelectableField("spec.hostNetwork", "spec.hostNetwork", "false")],
        },
        Cluster("", "v1", "nodes", "Node", "no") with { HasStatus = true, Fields = [new SelectableField("spec.unschedulable", "spec.unschedulable", "false")] },
        Cluster("", "v1", "namespaces", "Namespace", "ns") with { HasStatus = true, Fields = FieldsOf("status.phase") },
        Namespaced("", "v1", "services", "Service", "svc") with { HasStatus = true, Categories = ["all"], Fields = FieldsOf("spec.clusterIP", "spec.type") },
        Namespaced("", "v1", "endpoints", "Endpoints", "ep") with { ListKindName = "EndpointsList" },
        Namespaced("", "v1", "configmaps", "ConfigMap", "cm"),
        Namespaced("", "v1", "secrets", "Secret") with { Fields = FieldsOf("type") },
        Namespaced("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
        Namespaced("", "v1", "events", "Event", "ev") with
        {
            Fields = [.. FieldsOf("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "type", "reportingComponent"), new SelectableField("source", "source.component")],
        },
        Namespaced("", "v1", "resourcequotas", "ResourceQuota", "quota") with { HasStatus = true },
        Namespaced("", "v1", "limitranges", "LimitRange", "limits"),
        Namespaced("apps", "v1", "deployments", "Deployment", "deploy") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] },
        Namespaced("apps", "v1", "daemonsets", "DaemonSet", "ds") with { HasStatus = true, HasGeneration = true, Categories = ["all"] },
        Namespaced("apps", "v1", "replicasets", "ReplicaSet", "rs") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"], Fields = [new SelectableField("status.replicas", "status.replicas", "0")] },
        Namespaced("apps", "v1", "statefulsets", "StatefulSet", "sts") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] },
        Namespaced("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol") with { HasGeneration = true },
        Namespaced("coordination.k8s.io", "v1", "leases", "Lease"),
        Namespaced("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
        Cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
        Cluster("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
        Namespaced("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        Namespaced("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        CustomResourceDefinitions,
    ];

    private static ImmutableArray<SelectableField> FieldsOf(params string[] paths) => [.. paths.Select(p => new SelectableField(p))];

    private static ResourceType Cluster(string group, string version, string plural, string kind, params string[] shortNames) =>
        Namespaced(group, version, plural, kind, shortNames) with { Namespaced = false };

    private static ResourceType Namespaced(string group, string version, string plural, string kind, params string[] shortNames) => new()
    {
        Group = group,
        Version = version,
        Plural = plural,
        Kind = kind,
        Singular = kind.ToLowerInvariant(),
        Namespaced = true,
        ShortNames = [.. shortNames],
    };
}
