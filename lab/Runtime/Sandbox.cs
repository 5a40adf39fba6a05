using System.Text.Json;
using Overlay.Lab.State;

namespace Overlay.Lab.Runtime;

/// <summary>
/// One attempt to run a pod: its network namespace and what CNI knows it by. Written to disk before the first CNI call,
/// so that a killed runtime's successor can undo what was half made.
/// </summary>
/// <param name="ContainerId">64 hexadecimal digits, fresh for each attempt, as containerd makes them.</param>
/// <param name="Node">The node it is on.</param>
/// <param name="PodNamespace">The pod's namespace.</param>
/// <param name="PodName">The pod's name.</param>
/// <param name="PodUid">The pod's UID.</param>
/// <param name="NetworkNamespace">The network namespace's name.</param>
public sealed record Sandbox(string ContainerId, string Node, string PodNamespace, string PodName, string PodUid, string NetworkNamespace)
{
    /// <summary>The namespace's file, CNI_NETNS.</summary>
    public string NetworkNamespacePath => Path.Combine(Netlink.NetworkNamespace.NamedFolder, NetworkNamespace);

    /// <summary>A fresh one for a pod.</summary>
    /// <param name="instance">The lab.</param>
    /// <param name="node">The node.</param>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="podName">The pod's name.</param>
    /// <param name="podUid">The pod's UID.</param>
    public static Sandbox New(LabInstance instance, string node, string podNamespace, string podName, string podUid)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        return new Sandbox(id, node, podNamespace, podName, podUid, instance.PodNetworkNamespace(podNamespace, podName, id));
    }

    internal static IEnumerable<Sandbox> Load(LabInstance instance) =>
        Directory.Exists(FolderOf(instance))
            ? Directory.EnumerateFiles(FolderOf(instance), "*.json").Select(f => JsonSerializer.Deserialize<Sandbox>(File.ReadAllText(f))!)
            : [];

    internal void Save(LabInstance instance)
    {
        Directory.CreateDirectory(FolderOf(instance));
        WholeFile.Write(PathOf(instance), JsonSerializer.Serialize(this));
    }

    internal void Forget(LabInstance instance) => File.Delete(PathOf(instance));

    private static string FolderOf(LabInstance instance) => Path.Combine(instance.Folder, "sandboxes");

    private string PathOf(LabInstance instance) => Path.Combine(FolderOf(instance), ContainerId + ".json");
}
