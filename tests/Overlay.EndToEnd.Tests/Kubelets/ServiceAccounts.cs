using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>
/// Accounts' tokens. The lab's API server is told at its start which tokens it takes and issues none; of what they may do it asks the
/// chart's admission policies only (the chart's tests compare rights with requests).
/// </summary>
/// <param name="lab">The lab.</param>
internal sealed class ServiceAccounts(LabCluster lab)
{
    private static readonly string[] Known = ["overlay-agent", "overlay-operator", "overlay-crds", "overlay-uninstall"];

    /// <summary>The API server's arguments: each token is bound to its pod's node.</summary>
    /// <param name="nodes">The nodes' names.</param>
    public static IReadOnlyList<string> Arguments(IEnumerable<string> nodes) =>
        [.. nodes.SelectMany(node => Known.SelectMany(name => new[] { "--token", $"{Token("overlay-system", name, node)}=system:serviceaccount:overlay-system:{name},node={node}" }))];

    /// <summary>Writes what a pod finds of its account's.</summary>
    public void Write(string folder, KubePod pod)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/token", Token(pod.Namespace, pod.ServiceAccount, (string)pod.Spec["nodeName"]!));
        File.WriteAllText(folder + "/namespace", pod.Namespace);
        File.Copy(lab.Instance.Folder + "/pki/ca.crt", folder + "/ca.crt", overwrite: true);
    }

    private static string Token(string ns, string name, string node) => $"token-of-{ns}-{name}-{node}";
}
