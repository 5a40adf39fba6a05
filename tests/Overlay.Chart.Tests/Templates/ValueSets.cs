namespace Overlay.Chart.Tests.Templates;

/// <summary>Values that people may set.</summary>
internal static class ValueSets
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["nothing"] = [],
        ["one node"] = ["operator.replicas=1"],
        ["dual stack"] = ["network.ipv6.cidr=fd00:255::/48"],
        ["IPv6 only"] = ["network.ipv4.cidr=", "network.ipv6.cidr=fd00:255::/48"],
        ["two pools of a family"] = ["network.morePools[0].cidr=10.254.0.0/16", "network.morePools[0].nodePrefixLength=25"],
        ["Cloud Foundry's defaults"] = ["network.policy.defaultAction=Deny", "network.policy.denyAction=Reject", "network.workloadLabels={app}"],
        ["a network of its own making"] = ["network.create=false"],
        ["iptables, another VNI, port and MTU"] = ["network.rules.backend=iptables", "network.vni=42", "network.port=8472", "network.mtu=1400"],
        ["no masquerade for some"] = ["network.masquerade.exceptions={192.168.0.0/16,fd00:1::/64}"],
        ["an API server by address"] = ["apiServer.host=192.168.77.11", "apiServer.port=6443"],
        ["images by digest, from a registry with a password"] =
        [
            "image.agent.repository=registry.example/agent", $"image.agent.digest=sha256:{new string('a', 64)}",
            $"image.operator.digest=sha256:{new string('b', 64)}", "image.pullSecrets={one,two}", "image.pullPolicy=Always",
        ],
        ["everything watched"] =
        [
            "metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor.labels.release=prometheus", "metrics.dashboard.enabled=true",
            "metrics.dashboard.annotations.folder=Network",
        ],
        ["services only"] = ["metrics.services=true"],
        ["another place for everything"] =
        [
            "agent.cni.binDir=/usr/libexec/cni", "agent.cni.confDir=/var/lib/rancher/k3s/agent/etc/cni/net.d", "agent.cni.confName=00-overlay.conflist",
            "agent.underlayInterface=eth1", "agent.checksumOffload=off", "agent.probes.address=10.0.0.1", "agent.probes.port=9999",
            "operator.probes.port=9998",
        ],
        ["more of everything"] =
        [
            "agent.extraArgs={--mtu=1400}", "agent.extraEnv[0].name=DOTNET_gcServer", "agent.extraEnv[0].value=off",
            "operator.extraArgs={--rest=60}", "operator.extraEnv[0].name=A", "operator.extraEnv[0].value=b",
            "agent.podAnnotations.a=b", "agent.podLabels.c=d", "operator.podAnnotations.e=f", "operator.podLabels.g=h",
            "agent.resources.limits.memory=128Mi", "operator.nodeSelector.kubernetes\\.io/arch=amd64",
            "agent.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key=overlay",
            "agent.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator=Exists",
            "operator.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key=overlay",
            "operator.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator=Exists",
        ],
        ["as little as can be"] =
        [
            "admissionPolicy.enabled=false", "aggregateRoles=false", "crds.upgrade=false", "uninstall.cleanUp=false", "namespace.podSecurityLabel=false",
            "operator.podDisruptionBudget.enabled=false",
        ],
        ["privileged after all"] = ["agent.securityContext.privileged=true", "agent.securityContext.capabilities=null", "agent.podSecurityContext.appArmorProfile.type=RuntimeDefault"],
    };

    /// <summary>Their names.</summary>
    public static TheoryData<string> Names => [.. Known.Keys];

    /// <summary>The settings of one.</summary>
    public static string[] Of(string name) => Known[name];
}
