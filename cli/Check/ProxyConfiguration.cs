using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Cli.Files;
using YamlDotNet.Core;

namespace Overlay.Cli.Check;

/// <summary>What kube-proxy was told of pods' addresses (kubeproxy.config.k8s.io/v1alpha1, KubeProxyConfiguration).</summary>
/// <param name="ClusterCidrs">Pods' addresses; none: it takes no caller for a stranger.</param>
/// <param name="DetectLocalMode">How it tells pods from strangers: ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix.</param>
internal sealed record ProxyConfiguration(ImmutableArray<string> ClusterCidrs, string DetectLocalMode)
{
    /// <summary>By <see cref="ClusterCidrs"/>; what an empty mode means.</summary>
    public const string ByClusterCidr = "ClusterCIDR";

    /// <summary>By the node's <c>spec.podCIDR</c>.</summary>
    public const string ByNodeCidr = "NodeCIDR";

    /// <summary>Where kubeadm and kind keep it: a ConfigMap of this namespace and name, under this key.</summary>
    public const string Namespace = "kube-system", Name = "kube-proxy", Key = "config.conf";

    /// <summary>Reads it; null where it is missing or not understood.</summary>
    public static ProxyConfiguration? Parse(string? text)
    {
        if (text is null)
            return null;
        try
        {
            using var reader = new StringReader(text);
            return YamlJson.Documents(reader).OfType<JsonObject>().FirstOrDefault(document => Word(document, "kind") is "KubeProxyConfiguration") is { } found
                ? new ProxyConfiguration(
                    [.. Word(found, "clusterCIDR").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                    Word(found, "detectLocalMode") is { Length: > 0 } mode ? mode : ByClusterCidr)
                : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static string Word(JsonObject document, string key) => document[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
