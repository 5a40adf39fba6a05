using System.Globalization;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Runtimes;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>
/// A node of the lab as a whole machine: beside its network, folders of its own where machines differ (/etc, /opt, /run, /var/lib), and processes of its own.
/// So the chart's default paths are this node's, and whatever runs on it ends with it, however this test ends. containerd runs in it.
/// </summary>
/// <remarks>As in a node of a cluster in containers, nothing has CAP_SYS_RESOURCE.</remarks>
internal sealed class Machine : IDisposable
{
    /// <summary>/ is shared as systemd has it, or private as the kernel has it; and containerd is started again when it ends.</summary>
    private const string Boot = """
        set -e
        own=$1 lab=$2 shared=$3
        mkdir -p "$own/run/${lab#/run/}" "$own/run/netns" "$own/run/lock" "$own/var/lib" "$own/opt" "$own/etc" "$own/etc.work"
        mount -t overlay overlay -o "lowerdir=/etc,upperdir=$own/etc,workdir=$own/etc.work" /etc
        mount --bind "$own/var/lib" /var/lib
        mount --bind "$own/opt" /opt
        mount --bind "$lab" "$own/run/${lab#/run/}"
        mount --rbind "$own/run" /run
        [ "$shared" = no ] || mount --make-rshared /
        while :; do
            containerd --config "$own/containerd.toml" || true
            sleep 0.2
        done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _own;
    private readonly Daemon _daemon;
    private int _init;

    private Machine(LabCluster lab, LabNode node, bool sharedRoot)
    {
        Node = node;
        CgroupParent = "/" + lab.Instance.Prefix;
        _own = Directory.CreateDirectory($"{lab.Instance.Folder}/{node.Name}/machine").FullName;
        string[] apart = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
        _daemon = new Daemon(lab.Instance, "machine-" + node.Name, node.Space, "/usr/bin/setpriv", ["--bounding-set", "-sys_resource", "unshare", .. apart, "sh", "-c", Boot, "sh", _own, lab.Instance.Folder, sharedRoot ? "yes" : "no"]);
        Runtime = new CriClient(Socket);
    }

    /// <summary>The node.</summary>
    public LabNode Node { get; }

    /// <summary>Its containerd.</summary>
    public CriClient Runtime { get; }

    /// <summary>Below this the runtime makes control groups.</summary>
    public string CgroupParent { get; }

    private string Socket => _own + "/containerd.sock";

    /// <summary>Starts it, and waits until its containerd takes calls and has the images.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="node">Its node.</param>
    /// <param name="images">Archives to import.</param>
    /// <param name="sharedRoot">Whether mounts of the machine are seen in containers that ask for it.</param>
    public static async Task<Machine> StartAsync(LabCluster lab, LabNode node, IEnumerable<string> images, bool sharedRoot)
    {
        var made = new Machine(lab, node, sharedRoot);
        made.Configure();
        made._daemon.Start();
        await Until.TrueAsync(Patience, $"{node.Name}'s first process", () => (made._init = made.FirstProcess()) > 0, () => made._daemon.LogTail());
        await Until.TrueAsync(Patience, $"containerd of {node.Name}", () => made.Ctr("version").ExitCode == 0, () => made._daemon.LogTail());
        foreach (var image in images)
            made.Ctr("images", "import", image).Checked();
        return made;
    }

    /// <summary>Runs containerd's own client, in the namespace of the kubelet's containers.</summary>
    public CommandOutput Ctr(params ReadOnlySpan<string> arguments) => Run("ctr", ["--address", Socket, "--namespace", "k8s.io", .. arguments]);

    /// <summary>Runs a program on the machine.</summary>
    public CommandOutput Run(string program, params ReadOnlySpan<string> arguments) =>
        Node.Run("nsenter", ["--target", _init.ToString(CultureInfo.InvariantCulture), "--mount", "--pid", "--", program, .. arguments]);

    /// <summary>Where a file of the machine is for this process.</summary>
    /// <param name="path">As the machine has it. No link in it may begin with /: it would lead to this process' own file.</param>
    public string At(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{_init}/root{(path.StartsWith("/var/run/", StringComparison.Ordinal) ? path["/var".Length..] : path)}");

    /// <summary>Ends containerd by a signal; what runs in containers runs on, and containerd is started again.</summary>
    public void EndContainerd(string signal) => Run("pkill", $"-{signal}", "-x", "containerd").Checked();

    /// <summary>The machine's power fails: all its processes are gone at once.</summary>
    public Task StopAsync() => _daemon.KillAsync();

    public void Dispose()
    {
        Runtime.Dispose();
        _daemon.Dispose();
    }

    /// <summary>The child of unshare, which setpriv became.</summary>
    private int FirstProcess() =>
        int.TryParse(File.ReadAllText($"/proc/{_daemon.Process!.Id}/task/{_daemon.Process.Id}/children").Trim(), CultureInfo.InvariantCulture, out var id) ? id : 0;

    private void Configure() => File.WriteAllText(
        _own + "/containerd.toml",
        $"""
        version = 2
        root = "{_own}/containerd"
        [grpc]
        address = "{Socket}"
        [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = "{PauseImage.Reference}"
        disable_apparmor = true
        restrict_oom_score_adj = true
        """);
}
