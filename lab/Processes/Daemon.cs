using System.Diagnostics;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Lab.Processes;

/// <summary>
/// A long-running process of the lab: its own session (Ctrl-C in the terminal does not reach it), output in a file,
/// the lab's mark in its environment, inside a namespace.
/// </summary>
public sealed class Daemon : IDisposable
{
    private readonly LabInstance instance;
    private readonly NetworkNamespace? inside;
    private readonly string binary;
    private readonly IReadOnlyList<string> arguments;
    private readonly IReadOnlyDictionary<string, string> environment;
    private Process? child;

    /// <summary>Describes a process; <see cref="Start"/> starts it.</summary>
    /// <param name="instance">The lab it belongs to.</param>
    /// <param name="name">Its name in the lab, as <c>agent-node1</c>.</param>
    /// <param name="inside">Its network namespace; null: this process' own.</param>
    /// <param name="binary">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Additional variables.</param>
    public Daemon(
        LabInstance instance,
        string name,
        NetworkNamespace? inside,
        string binary,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        this.instance = instance;
        Name = name;
        this.inside = inside;
        this.binary = binary;
        this.arguments = arguments;
        this.environment = environment ?? new Dictionary<string, string>(StringComparer.Ordinal);
    }

    /// <summary>Its name in the lab.</summary>
    public string Name { get; }

    /// <summary>Where its output goes.</summary>
    public string LogPath => Path.Combine(instance.Folder, "log", Name + ".log");

    /// <summary>The running process, or the last one.</summary>
    public OwnedProcess? Process { get; private set; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => Process?.IsAlive ?? false;

    /// <summary>Starts it, or starts it again.</summary>
    public void Start()
    {
        if (!File.Exists(binary))
            throw new LabException($"{binary} does not exist: publish it first (make publish).");
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);

        // sh redirects (Process can redirect to pipes only, and a pipe dies with us); both exec, so the id stays the program's.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(LogPath);
        start.ArgumentList.Add(binary);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[LabInstance.Variable] = instance.Prefix;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        // The child is cloned from the calling thread and so born in that thread's namespace.
        child?.Dispose();
        child = (inside is null ? System.Diagnostics.Process.Start(start) : inside.Run(() => System.Diagnostics.Process.Start(start)))
            ?? throw new LabException($"{binary} did not start.");
        Process = new OwnedProcess(child.Id, OwnedProcesses.StartTimeOf(child.Id) ?? 0, binary);
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">SIGKILL 9, SIGTERM 15, SIGCONT 18, SIGSTOP 19.</param>
    public void Signal(int signal) => Process?.Signal(signal);

    /// <summary>kill -9, and waits until it is gone.</summary>
    public Task KillAsync()
    {
        Signal(9);
        return WaitForExitAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>SIGTERM, and waits until it is gone.</summary>
    /// <param name="patience">How long; then <see cref="LabException"/>.</param>
    public Task StopAsync(TimeSpan patience)
    {
        Signal(15);
        return WaitForExitAsync(patience);
    }

    /// <summary>Lets go of it; it runs on.</summary>
    public void Dispose() => child?.Dispose();

    /// <summary>The last lines of its log, for messages.</summary>
    /// <param name="lines">How many.</param>
    public string LogTail(int lines = 20) =>
        File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(lines)) : "(no log)";

    private async Task WaitForExitAsync(TimeSpan patience)
    {
        if (child is null)
            return;
        try
        {
            await child.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException e)
        {
            throw new LabException($"{Name} (process {child.Id}) did not end within {patience}.\n{LogTail()}", e);
        }
    }
}
