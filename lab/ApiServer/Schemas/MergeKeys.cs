
namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>
/// How lists of the built-in kinds merge: Go's struct tags (patchStrategy, patchMergeKey, listType), which generated models of other languages
/// do not carry. Lists that are not named here are replaced as a whole.
/// </summary>
internal static class MergeKeys
{
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["V1ObjectMeta.ownerReferences"] = ["uid"],
        ["V1PodSpec.containers"] = ["name"],
        ["V1PodSpec.initContainers"] = ["name"],
        ["V1PodSpec.ephemeralContainers"] = ["name"],
        ["V1PodSpec.volumes"] = ["name"],
        ["V1PodSpec.imagePullSecrets"] = ["name"],
        ["V1PodSpec.hostAliases"] = ["ip"],
        ["V1PodSpec.topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["V1PodStatus.conditions"] = ["type"],
        ["V1PodStatus.podIPs"] = ["ip"],
        ["V1PodStatus.hostIPs"] = ["ip"],
        ["V1Container.env"] = ["name"],
        ["V1Container.ports"] = ["containerPort", "protocol"],
        ["V1Container.volumeMounts"] = ["mountPath"],
        ["V1Container.volumeDevices"] = ["devicePath"],
        ["V1ServiceSpec.ports"] = ["port", "protocol"],
        ["V1ServiceStatus.conditions"] = ["type"],
        ["V1ServiceAccount.secrets"] = ["name"],
        ["V1NodeStatus.conditions"] = ["type"],
        ["V1NodeStatus.addresses"] = ["type"],
        ["V1NamespaceStatus.conditions"] = ["type"],
        ["V1DeploymentStatus.conditions"] = ["type"],
        ["V1ReplicaSetStatus.conditions"] = ["type"],
        ["V1DaemonSetStatus.conditions"] = ["type"],
        ["V1StatefulSetStatus.conditions"] = ["type"],
        ["V1CustomResourceDefinitionStatus.conditions"] = ["type"],
    };

    // Merged by strategic patches although server-side apply takes them whole.
    private static readonly Dictionary<string, string> PatchOnly = new(StringComparer.Ordinal) { ["V1NodeSpec.taints"] = "key" };

    private static readonly HashSet<string> Sets = new(StringComparer.Ordinal) { "V1ObjectMeta.finalizers", "V1NodeSpec.podCIDRs" };

    private static readonly HashSet<string> AtomicMaps = new(StringComparer.Ordinal) { "V1PodSpec.nodeSelector", "V1ServiceSpec.selector" };

    public static Schema Annotate(string model, string property, Schema schema)
    {
        var at = $"{model}.{property}";
        if (Keys.TryGetValue(at, out var keys))
            return schema with { ListType = "map", ListMapKeys = [.. keys], PatchMergeKey = keys[0], PatchStrategy = "merge" };
        if (PatchOnly.TryGetValue(at, out var key))
            return schema with { ListType = "atomic", PatchMergeKey = key, PatchStrategy = "merge" };
        if (Sets.Contains(at))
            return schema with { ListType = "set", PatchStrategy = "merge" };
        if (AtomicMaps.Contains(at))
            return schema with { MapType = "atomic" };
        return schema.Type is "array" ? schema with { ListType = "atomic" } : schema;
    }
}
