using Microsoft.Extensions.Logging;
using Overlay.NodeAgent.Files;
using Overlay.NodeAgent.Health;

namespace Overlay.NodeAgent.Install;

/// <summary>
/// Keeps the plugin and its configuration where the container runtime looks, level-triggered: what is missing or changed is written again. Only while this
/// node could add pods, and the configuration last: to a runtime, its being there means that the network is ready.
/// </summary>
/// <remarks>
/// Nothing is removed when the agent stops: pods that end need their DEL, and the node must not turn NotReady because of an upgrade. What others put there is told
/// about, and never touched.
/// </remarks>
internal sealed class Installer(InstallOptions options, Func<bool> isReady, TimeProvider time, ILogger<Installer> log)
{
    private const UnixFileMode Program =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>While this node can not add pods yet: what comes last need not be waited for.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private readonly ProgramCopy _plugin = new(options.PluginFile, options.InstalledPlugin, Program);
    private readonly Loopback _loopback = new(options.LoopbackFile, options.BinDirectory, options.LoopbackRecord);
    private IReadOnlyList<Finding> _findings = [];

    /// <summary>What the administrator should look into.</summary>
    public IReadOnlyList<Finding> Findings => Volatile.Read(ref _findings);

    /// <summary>Why the runtime can not use Overlay; null when plugin and configuration are in place.</summary>
    public string? Problem { get; private set; } = "the plugin has not been installed yet";

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pass() ? Every : Soon, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What is installed stays.
        }
    }

    /// <summary>Looks, and writes what is not as it should be.</summary>
    /// <returns>Whether this node could add pods, so that anything was written at all.</returns>
    internal bool Pass()
    {
        var findings = new List<Finding>();
        var ready = isReady();
        if (ready)
            Install(findings);
        Survey(findings);
        foreach (var finding in findings.Except(_findings))
            InstallLog.Found(log, finding.Text);
        Volatile.Write(ref _findings, findings);
        Problem = IsInPlace() ? null : findings.FirstOrDefault(finding => finding.Reason is Reasons.NotInstalled)?.Text ?? "the plugin has not been installed yet: that comes last, once all else is ready";
        return ready;
    }

    private void Install(List<Finding> findings)
    {
        InstallLoopback(findings);
        try
        {
            if (_plugin.Renew())
                InstallLog.Wrote(log, options.InstalledPlugin);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(NotInstalled(options.InstalledPlugin, error, "--cni-bin-dir", "the container runtime's plugin directory"));
            return; // a configuration without its plugin is worth nothing
        }

        try
        {
            var wanted = Conflist.Of(options);
            if (!Has(options.InstalledConf, wanted))
            {
                WholeFile.Write(options.InstalledConf, Private, file => file.Write(wanted));
                InstallLog.Wrote(log, options.InstalledConf);
            }

            foreach (var former in Configurations().Where(file => file.Name != options.ConfName && Conflist.IsOurs(file.Json)))
            {
                File.Delete(Path.Combine(options.ConfDirectory, former.Name));
                InstallLog.RemovedFormer(log, former.Name);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(NotInstalled(options.InstalledConf, error, "--cni-conf-dir", "the container runtime's configuration directory"));
        }
    }

    private void InstallLoopback(List<Finding> findings)
    {
        try
        {
            if (_loopback.InstallIfMissing(Program))
                InstallLog.Wrote(log, _loopback.Installed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The rest is installed all the same: not every runtime calls it.
            findings.Add(NotInstalled(_loopback.Installed, error, "--cni-bin-dir", "the container runtime's plugin directory"));
        }
    }

    private void Survey(List<Finding> findings)
    {
        try
        {
            foreach (var other in OtherNetwork.Among(Configurations().Select(file => (file.Name, Conflist.CallsOverlay(file.Json))), options.ConfName))
                findings.Add(new Finding(other.Wins ? Reasons.OtherNetworkFirst : Reasons.OtherNetwork, Text(other)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding(Reasons.OtherNetwork, $"{options.ConfDirectory} can not be read, so whether other networks are configured there is not known: {error.Message}"));
        }
    }

    private string Text(OtherNetwork other) =>
        other.Wins
            ? $"{options.ConfDirectory}/{other.File} comes before {options.ConfName} by name, so the runtime gives new pods to that network and not to Overlay. "
                + "If Overlay is to have them, remove that file (and the software that writes it), or give --cni-conf-name a lower name."
            : $"{options.ConfDirectory}/{other.File} belongs to another network. It is not in use as long as {options.ConfName} is there; remove it (and the software that writes it) if it is a leftover.";

    private bool IsInPlace()
    {
        try
        {
            return File.Exists(options.InstalledPlugin) && File.Exists(options.InstalledConf) && Conflist.IsOurs(File.ReadAllBytes(options.InstalledConf));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private (string Name, byte[] Json)[] Configurations() =>
        Directory.Exists(options.ConfDirectory)
            ? [.. Directory.GetFiles(options.ConfDirectory).Where(path => OtherNetwork.IsRead(Path.GetFileName(path))).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))]
            : [];

    private static bool Has(string path, byte[] wanted) => File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(wanted);

    private static Finding NotInstalled(string path, Exception error, string option, string what) =>
        new(
            Reasons.NotInstalled,
            $"{path} can not be written: {error.Message} What was installed before stays in use. Make room there, make it writable (is it mounted read-only?), or name {what} by {option}."
        );

    /// <summary>The findings' reasons.</summary>
    private static class Reasons
    {
        public const string NotInstalled = "PluginNotInstalled";
        public const string OtherNetwork = "OtherNetworkConfigured";
        public const string OtherNetworkFirst = "OtherNetworkInUse";
    }
}
