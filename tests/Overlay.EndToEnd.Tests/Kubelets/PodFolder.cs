using System.Text.Json.Nodes;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>What a kubelet lays out on the node for a pod: its volumes, its token, its logs.</summary>
internal sealed class PodFolder(Machine machine, KubePod pod, ServiceAccounts accounts)
{
    private const string Secrets = "/var/run/secrets/kubernetes.io/serviceaccount";

    private string Own => "/var/lib/kubelet/pods/" + pod.Uid;

    /// <summary>Where its containers' logs go, by the node's paths.</summary>
    public string Logs => Own + "/logs";

    /// <summary>Makes what is not there yet.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(machine.At(Logs));
        foreach (var volume in pod.Volumes)
            Make(volume);
        if (pod.HasToken)
            accounts.Write(machine.At(Own + "/token"), pod);
    }

    /// <summary>The mounts of a container.</summary>
    public IEnumerable<ContainerMount> Mounts(JsonObject container)
    {
        foreach (var mount in (container["volumeMounts"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (mount["subPath"] is not null)
                throw new NotSupportedException("subPath");
            var volume = pod.Volumes.Single(v => (string)v["name"]! == (string)mount["name"]!);
            var propagation = (string?)mount["mountPropagation"] switch { "HostToContainer" => 1, "Bidirectional" => 2, _ => 0 };
            yield return new ContainerMount((string)mount["mountPath"]!, PathOf(volume), (bool?)mount["readOnly"] ?? false, propagation);
        }

        if (pod.HasToken)
            yield return new ContainerMount(Secrets, Own + "/token", ReadOnly: true);
        var termination = $"{Own}/termination-{(string)container["name"]!}";
        File.WriteAllText(machine.At(termination), "");
        File.SetUnixFileMode(machine.At(termination), (UnixFileMode)0b110_110_110);
        yield return new ContainerMount((string?)container["terminationMessagePath"] ?? "/dev/termination-log", termination);
    }

    /// <summary>What a container said last, where it asks for that (terminationMessagePolicy).</summary>
    public string LastWords(JsonObject container)
    {
        var logs = Directory.GetFiles(machine.At(Logs), (string)container["name"]! + "-*.log").OrderBy(File.GetCreationTimeUtc);
        return logs.LastOrDefault() is { } log ? string.Join('\n', File.ReadLines(log).TakeLast(80).Select(line => line.Split(' ', 4)[^1])) : "";
    }

    /// <summary>Removes what is the pod's own, with the file systems that are mounted there.</summary>
    public void Remove()
    {
        foreach (var volume in pod.Volumes.Where(v => v["emptyDir"] is not null))
            machine.Run("umount", PathOf(volume)).Checked();
        machine.Run("rm", "-rf", Own).Checked();
    }

    private string PathOf(JsonObject volume) => (string?)volume["hostPath"]?["path"] ?? $"{Own}/volumes/{(string)volume["name"]!}";

    private void Make(JsonObject volume)
    {
        var path = PathOf(volume);
        if (volume["emptyDir"] is JsonObject empty)
        {
            var size = ((string?)empty["sizeLimit"])?.Replace("i", "", StringComparison.Ordinal) ?? "50%";
            if (!Directory.Exists(machine.At(path)))
                machine.Run("sh", "-c", $"mkdir -p {path} && mount -t tmpfs -o size={size},mode=777 tmpfs {path}").Checked();
            return;
        }

        switch ((string?)volume["hostPath"]?["type"])
        {
            case "DirectoryOrCreate":
                machine.Run("mkdir", "-p", path).Checked();
                break;
            case "FileOrCreate":
                if (!File.Exists(machine.At(path)))
                    File.WriteAllText(machine.At(path), "");
                break;
            case "Directory":
                if (!Directory.Exists(machine.At(path)))
                    throw new LabException($"hostPath type check failed: {path} is not a directory");
                break;
            default:
                throw new NotSupportedException($"volume {volume.ToJsonString()}");
        }
    }
}
