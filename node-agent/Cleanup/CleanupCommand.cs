using System.Net.Sockets;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Cleanup;

/// <summary><c>overlay-agent cleanup</c>: leaves nothing of ours on the node. May be run again and again.</summary>
internal sealed class CleanupCommand(AgentOptions options, ITools tools, Action<string> say)
{
    /// <summary>Everything is gone.</summary>
    private const int Clean = 0;

    /// <summary>Something stayed, or an agent runs; the lines say what.</summary>
    private const int NotClean = 1;

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (await IsServedAsync(stop))
        {
            say($"an agent of this node serves on {options.Socket} and would put everything back: stop it first (helm uninstall, or delete its DaemonSet). Nothing was removed.");
            return NotClean;
        }

        var report = new CleanupReport(say);
        var (files, kernel, iptables) = (new FileCleanup(options, report), new KernelCleanup(report), new IptablesCleanup(tools, report));
        files.Configuration();
        kernel.Devices();
        kernel.Rules();
        await iptables.RulesAsync(stop);
        await iptables.AcceptsAsync(stop);
        files.Loopback();
        files.State();
        files.Plugin();
        if (options.Install is null)
            say("--cni-bin-dir is not given, so no plugin and no configuration were looked for");
        say("net.ipv4.ip_forward and net.ipv6.conf.all.forwarding stay as they are: others may need them by now");
        say(report.Left > 0 ? $"{report.Removed} things removed, {report.Left} LEFT: see above" : $"{report.Removed} things removed; nothing of Overlay is on this node now");
        return report.Left > 0 ? NotClean : Clean;
    }

    private async Task<bool> IsServedAsync(CancellationToken stop)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(new UnixDomainSocketEndPoint(options.Socket), stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
