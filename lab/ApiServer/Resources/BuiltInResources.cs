using System.Collections.Immutable;
using k8s.Models;
using Overlay.Lab.ApiServer.Schemas;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Resources;

/// <summary>The kinds that are served without a CustomResourceDefinition.</summary>
internal static class BuiltInResources
{
    public static ResourceType CustomResourceDefinitions { get; } =
        Cluster<V1CustomResourceDefinition>("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd", "crds") with
        {
            HasStatus = true,
            HasGeneration = true,
            Categories = ["api-extensions"],
        };

    public static ImmutableArray<ResourceType> All { get; } =
    [
        Namespaced<V1Pod>("", "v1", "pods", "Pod", "po") with
        {
            HasStatus = true, HasGeneration = true, Categories = ["all"],
            Fields = [.. FieldsOf("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"), new SelectableField("spec.hostNetwork", "spec.hostNetwork", "false")],
        },
        Cluster<V1Node>("", "v1", "nodes", "Node", "no") with { HasStatus = true, Fields = [new SelectableField("spec.unschedulable", "spec.unschedulable", "false")] },
        Cluster<V1Namespace>("", "v1", "namespaces", "Namespace", "ns") with { HasStatus = true, Fields = FieldsOf("status.phase") },
        Namespaced<V1Service>("", "v1", "services", "Service", "svc") with { HasStatus = true, Categories = ["all"], Fields = FieldsOf("spec.clusterIP", "spec.type") },
        Namespaced<V1Endpoints>("", "v1", "endpoints", "Endpoints", "ep") with { ListKindName = "EndpointsList" },
        Namespaced<V1ConfigMap>("", "v1", "configmaps", "ConfigMap", "cm"),
        Namespaced<V1Secret>("", "v1", "secrets", "Secret") with { Fields = FieldsOf("type") },
        Namespaced<V1ServiceAccount>("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
        Namespaced<Corev1Event>("", "v1", "events", "Event", "ev") with
        {
            Fields = [.. FieldsOf("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "type", "reportingComponent"), new SelectableField("source", "source.component")],
        },
        Namespaced<V1ResourceQuota>("", "v1", "resourcequotas", "ResourceQuota", "quota") with { HasStatus = true },
        Namespaced<V1LimitRange>("", "v1", "limitranges", "LimitRange", "limits"),
        Namespaced<V1Deployment>("apps", "v1", "deployments", "Deployment", "deploy") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] },
        Namespaced<V1DaemonSet>("apps", "v1", "daemonsets", "DaemonSet", "ds") with { HasStatus = true, HasGeneration = true, Categories = ["all"] },
        Namespaced<V1ReplicaSet>("apps", "v1", "replicasets", "ReplicaSet", "rs") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"], Fields = [new SelectableField("status.replicas", "status.replicas", "0")] },
        Namespaced<V1StatefulSet>("apps", "v1", "statefulsets", "StatefulSet", "sts") with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] },
        Namespaced<V1Job>("batch", "v1", "jobs", "Job") with { HasStatus = true, HasGeneration = true, Categories = ["all"], Fields = [new SelectableField("status.successful", "status.succeeded", "0")] },
        Namespaced<V1PodDisruptionBudget>("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb") with { HasStatus = true, HasGeneration = true },
        Namespaced<V1NetworkPolicy>("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol") with { HasGeneration = true },
        Cluster<V1ServiceCIDR>("networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR") with { HasStatus = true, HasGeneration = true },
        Namespaced<V1Lease>("coordination.k8s.io", "v1", "leases", "Lease"),
        Namespaced<V1EndpointSlice>("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
        Cluster<V1ClusterRole>("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
        Cluster<V1ClusterRoleBinding>("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
        Namespaced<V1Role>("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        Namespaced<V1RoleBinding>("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        Cluster<V1ValidatingAdmissionPolicy>("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", "vap") with { HasStatus = true, HasGeneration = true },
        Cluster<V1ValidatingAdmissionPolicyBinding>("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", "vapb") with { HasGeneration = true },
        CustomResourceDefinitions,
    ];

    private static ImmutableArray<SelectableField> FieldsOf(params string[] paths) => [.. paths.Select(p => new SelectableField(p))];

    private static ResourceType Cluster<TModel>(string group, string version, string plural, string kind, params string[] shortNames) =>
        Namespaced<TModel>(group, version, plural, kind, shortNames) with { Namespaced = false };

    private static ResourceType Namespaced<TModel>(string group, string version, string plural, string kind, params string[] shortNames) => new()
    {
        Group = group,
        Version = version,
        Plural = plural,
        Kind = kind,
        Singular = kind.ToLowerInvariant(),
        Namespaced = true,
        ShortNames = [.. shortNames],
        Schema = ModelSchemas.Of(typeof(TModel)),
    };
}
