using System.Text.Json.Nodes;
using Overlay.EndToEnd.Tests.Runtimes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>What a kubelet reads of a Pod.</summary>
internal sealed class KubePod(JsonObject pod)
{
    public string Namespace => (string)pod["metadata"]!["namespace"]!;

    public string Name => (string)pod["metadata"]!["name"]!;

    public string Uid => (string)pod["metadata"]!["uid"]!;

    public string Path => $"api/v1/namespaces/{Namespace}/pods/{Name}";

    public JsonObject Spec => pod["spec"]!.AsObject();

    public bool Terminating => pod["metadata"]!["deletionTimestamp"] is not null;

    public bool Ended => (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";

    public bool HostNetwork => (bool?)Spec["hostNetwork"] ?? false;

    public string RestartPolicy => (string?)Spec["restartPolicy"] ?? "Always";

    public int GracePeriod => (int?)pod["metadata"]!["deletionGracePeriodSeconds"] ?? (int?)Spec["terminationGracePeriodSeconds"] ?? 30;

    public string ServiceAccount => (string?)Spec["serviceAccountName"] ?? "default";

    public bool HasToken => (bool?)Spec["automountServiceAccountToken"] ?? true;

    public bool ServiceLinks => (bool?)Spec["enableServiceLinks"] ?? true;

    public IReadOnlyList<JsonObject> InitContainers => Objects(Spec["initContainers"]);

    public IReadOnlyList<JsonObject> Containers => Objects(Spec["containers"]);

    public IReadOnlyList<JsonObject> Volumes => Objects(Spec["volumes"]);

    /// <summary>A part of its security: the container's own, or the pod's.</summary>
    public JsonNode? Security(JsonObject? container, string what) => container?["securityContext"]?[what] ?? Spec["securityContext"]?[what];

    /// <summary>The pod's sandbox (PodSandboxConfig).</summary>
    /// <param name="cgroupParent">Where its control groups go.</param>
    /// <param name="logs">The folder of its containers' logs.</param>
    /// <param name="attempt">How many sandboxes it has had.</param>
    public CriMessage Sandbox(string cgroupParent, string logs, int attempt)
    {
        var security = new CriMessage().Nested(1, Namespaces());
        AddProfiles(security, null, seccomp: 9, appArmor: 10);
        if (SELinux(null) is { } options)
            security.Nested(2, options);
        var config = new CriMessage().Nested(1, new CriMessage().Text(1, Name).Text(2, Uid).Text(3, Namespace).Number(4, attempt)).Text(3, logs);
        if (!HostNetwork)
            config.Text(2, Name);
        foreach (var port in HostNetwork ? [] : Containers.SelectMany(c => Objects(c["ports"])).Where(p => p["hostPort"] is not null))
            config.Nested(5, new CriMessage().Number(1, Protocol(port)).Number(2, (int)port["containerPort"]!).Number(3, (int)port["hostPort"]!));
        foreach (var (key, value) in pod["metadata"]!["annotations"] as JsonObject ?? [])
            config.Entry(7, key, (string)value!);
        return config.Nested(8, new CriMessage().Text(1, cgroupParent).Nested(2, security));
    }

    /// <summary>NamespaceOption: POD 0, CONTAINER 1, NODE 2.</summary>
    public CriMessage Namespaces() => new CriMessage().Number(1, HostNetwork ? 2 : 0).Number(2, (bool?)Spec["hostPID"] == true ? 2 : 1).Number(3, (bool?)Spec["hostIPC"] == true ? 2 : 0);

    /// <summary>SecurityProfile (RuntimeDefault 0, Unconfined 1) of seccomp, which is off when not asked for, and of AppArmor, of which nothing is said then.</summary>
    public void AddProfiles(CriMessage security, JsonObject? container, int seccomp, int appArmor)
    {
        security.Nested(seccomp, Profile(Security(container, "seccompProfile") ?? new JsonObject { ["type"] = "Unconfined" }));
        if (Security(container, "appArmorProfile") is { } asked)
            security.Nested(appArmor, Profile(asked));
    }

    /// <summary>SELinuxOption.</summary>
    public CriMessage? SELinux(JsonObject? container) => Security(container, "seLinuxOptions") is not { } options ? null : new CriMessage()
        .Text(1, (string?)options["user"] ?? "").Text(2, (string?)options["role"] ?? "").Text(3, (string?)options["type"] ?? "").Text(4, (string?)options["level"] ?? "");

    private static CriMessage Profile(JsonNode asked) => new CriMessage().Number(1, (string?)asked["type"] switch
    {
        "Unconfined" => 1,
        "RuntimeDefault" => 0,
        var other => throw new NotSupportedException($"the profile {other}"),
    });

    private static int Protocol(JsonObject port) => (string?)port["protocol"] switch { "UDP" => 1, "SCTP" => 2, _ => 0 };

    private static IReadOnlyList<JsonObject> Objects(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonObject>()];
}
