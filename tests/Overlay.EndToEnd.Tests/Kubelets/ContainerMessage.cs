using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.EndToEnd.Tests.Runtimes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>A file or folder that is mounted into a container.</summary>
/// <param name="At">Where in the container.</param>
/// <param name="From">Where on the node.</param>
/// <param name="ReadOnly">Whether it can not be written there.</param>
/// <param name="Propagation">Private 0, HostToContainer 1, Bidirectional 2.</param>
internal sealed record ContainerMount(string At, string From, bool ReadOnly = false, int Propagation = 0);

/// <summary>What a kubelet asks a runtime for, for one container (ContainerConfig). Pure.</summary>
internal static class ContainerMessage
{
    // What kubelets hide from containers that are not privileged (procMount: Default).
    private static readonly string[] Masked =
    [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
        "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ];

    private static readonly string[] ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>The message.</summary>
    /// <param name="pod">Its pod.</param>
    /// <param name="container">The container.</param>
    /// <param name="environment">Its variables.</param>
    /// <param name="mounts">Its mounts.</param>
    /// <param name="attempt">How often it has been started.</param>
    public static CriMessage Of(KubePod pod, JsonObject container, IReadOnlyDictionary<string, string> environment, IEnumerable<ContainerMount> mounts, int attempt)
    {
        var name = (string)container["name"]!;
        var config = new CriMessage().Nested(1, new CriMessage().Text(1, name).Number(2, attempt)).Nested(2, new CriMessage().Text(1, (string)container["image"]!));
        foreach (var word in Texts(container["command"]))
            config.Text(3, Variables.Expand(word, environment));
        foreach (var word in Texts(container["args"]))
            config.Text(4, Variables.Expand(word, environment));
        foreach (var (key, value) in environment)
            config.Entry(6, key, value);
        foreach (var mount in mounts)
            config.Nested(7, new CriMessage().Text(1, mount.At).Text(2, mount.From).Number(3, mount.ReadOnly ? 1 : 0).Number(5, mount.Propagation));
        return config.Text(11, string.Create(CultureInfo.InvariantCulture, $"{name}-{attempt}.log")).Nested(15, new CriMessage().Nested(1, Resources(pod)).Nested(2, Security(pod, container)));
    }

    private static CriMessage Resources(KubePod pod) => new CriMessage().Number(5, (string?)pod.Spec["priorityClassName"] is "system-node-critical" ? -997 : 1000);

    private static CriMessage Security(KubePod pod, JsonObject container)
    {
        var capabilities = new CriMessage();
        foreach (var added in Texts(pod.Security(container, "capabilities")?["add"]))
            capabilities.Text(1, added);
        foreach (var dropped in Texts(pod.Security(container, "capabilities")?["drop"]))
            capabilities.Text(2, dropped);
        var security = new CriMessage()
            .Nested(1, capabilities)
            .Number(2, (bool?)pod.Security(container, "privileged") == true ? 1 : 0)
            .Nested(3, pod.Namespaces())
            .Number(7, (bool?)pod.Security(container, "readOnlyRootFilesystem") == true ? 1 : 0)
            .Number(11, (bool?)pod.Security(container, "allowPrivilegeEscalation") == false ? 1 : 0);
        if ((long?)pod.Security(container, "runAsUser") is { } user)
            security.Wrapped(5, user);
        if ((long?)pod.Security(container, "runAsGroup") is { } group)
            security.Wrapped(12, group);
        foreach (var path in Masked)
            security.Text(13, path);
        foreach (var path in ReadOnly)
            security.Text(14, path);
        if (pod.SELinux(container) is { } options)
            security.Nested(4, options);
        pod.AddProfiles(security, container, seccomp: 15, appArmor: 16);
        return security;
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => (string)item!);
}
