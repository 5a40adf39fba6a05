using System.Globalization;

namespace Overlay.Lab.State;

/// <summary>
/// One lab among others on this machine. Everything it makes carries its prefix, so that whoever comes after a killed run
/// finds it all: namespaces by name, processes by <see cref="Variable"/> in their environment, files in <see cref="Folder"/>.
/// </summary>
/// <param name="Prefix">What names begin with: <c>overlay-lab</c>, <c>ovt-3f9c</c>.</param>
public sealed record LabInstance(string Prefix)
{
    /// <summary>The environment variable that marks every process a lab started; children inherit it.</summary>
    public const string Variable = "OVERLAY_LAB_INSTANCE";

    /// <summary>The user's lab.</summary>
    public static readonly LabInstance Default = new("overlay-lab");

    /// <summary>Where its files are: state of the agents, logs, kubeconfig.</summary>
    public string Folder => $"/run/{Prefix}";

    /// <summary>The namespace of the underlay's switch.</summary>
    public string UnderlayNamespace => $"{Prefix}-underlay";

    /// <summary>The kubeconfig for this machine's kubectl.</summary>
    public string Kubeconfig => $"{Folder}/kubeconfig";

    /// <summary>A node's namespace.</summary>
    /// <param name="node">The node's name.</param>
    public string NodeNamespace(string node) => $"{Prefix}-{node}";

    /// <summary>A pod's namespace.</summary>
    /// <param name="podNamespace">The pod's Kubernetes namespace.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="containerId">The sandbox: a pod that is made again gets another.</param>
    public string PodNetworkNamespace(string podNamespace, string name, string containerId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}-pod-{podNamespace}-{name}-{containerId[..6]}");

    /// <summary>Whether a network namespace's name is one of ours.</summary>
    /// <param name="name">The name in /var/run/netns.</param>
    public bool Owns(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Prefix + "-", StringComparison.Ordinal);
    }
}
