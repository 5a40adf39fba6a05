using Overlay.Api.Objects;

namespace Overlay.NodeAgent.Cni;

/// <summary>Which pod a container belongs to, as the kubelet says in CNI_ARGS.</summary>
/// <param name="Uid">The pod's UID: what the pod is found by. Of a static pod, the one that the kubelet made.</param>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Name">The pod's name.</param>
internal sealed record PodArguments(string Uid, string Namespace, string Name)
{
    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);

    /// <summary>Reads CNI_ARGS, <c>K=V;K=V</c>; null when no pod is named. Error 4 when it is malformed.</summary>
    /// <remarks>A key that we do not know is an error unless IgnoreUnknown is set (conventions of the CNI project).</remarks>
    public static PodArguments? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw Malformed($"CNI_ARGS has \"{pair}\" where KEY=VALUE belongs", "write CNI_ARGS as KEY=VALUE pairs separated by semicolons");
            values[pair[..equals]] = pair[(equals + 1)..];
        }

        var lenient = values.GetValueOrDefault("IgnoreUnknown") is "1" or "true" or "True" or "TRUE" or "t" or "T";
        if (!lenient && values.Keys.FirstOrDefault(k => !Known.Contains(k)) is { } unknown)
            throw Malformed($"CNI_ARGS has the unknown key {unknown}", "leave it out, or add IgnoreUnknown=1");

        var (uid, ns, name) = (
            values.GetValueOrDefault("K8S_POD_UID"),
            values.GetValueOrDefault("K8S_POD_NAMESPACE"),
            values.GetValueOrDefault("K8S_POD_NAME")
        );
        return string.IsNullOrEmpty(uid) || string.IsNullOrEmpty(ns) || string.IsNullOrEmpty(name) ? null : new PodArguments(uid, ns, name);
    }

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "IgnoreUnknown",
        "K8S_POD_NAMESPACE",
        "K8S_POD_NAME",
        "K8S_POD_UID",
        "K8S_POD_INFRA_CONTAINER_ID",
    };

    private static CniException Malformed(string message, string details) => new(CniErrorCode.BadEnvironment, message, details);
}
