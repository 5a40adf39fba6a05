using System.Globalization;
using System.Net.Sockets;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The node's iptables and ipset programs.</summary>
/// <param name="tools">Starts them.</param>
/// <param name="variant">What stands between <c>iptables</c> and <c>-restore</c> in their names: empty for the node's own choice, <c>-nft</c> or <c>-legacy</c>.</param>
internal sealed class IptablesPrograms(ITools tools, string variant = "")
{
    /// <summary>How long iptables waits while somebody else holds the xtables lock, in seconds.</summary>
    private const string LockWait = "5";

    /// <summary>Loads a text; each COMMIT in it is one step for packets.</summary>
    internal Task RestoreAsync(AddressFamily family, string text, CancellationToken stop) => RunAsync(Name(family, "-restore"), ["--noflush", "-w", LockWait], text, stop);

    /// <summary>What one table says.</summary>
    internal async Task<string> SaveAsync(AddressFamily family, string table, bool counters, CancellationToken stop) =>
        (await RunAsync(Name(family, "-save"), counters ? ["-c", "-t", table] : ["-t", table], "", stop).ConfigureAwait(false)).Output;

    /// <summary>Whether the node's iptables writes nf_tables rules; the other kind has tables of its own.</summary>
    internal async Task<bool> IsNftAsync(CancellationToken stop) =>
        (await RunAsync(Name(AddressFamily.InterNetwork, ""), ["-V"], "", stop).ConfigureAwait(false)).Output.Contains("nf_tables", StringComparison.Ordinal);

    /// <summary>Makes sets, line by line; those that are there stay.</summary>
    internal Task RestoreSetsAsync(string text, CancellationToken stop) => RunAsync("ipset", ["-exist", "restore"], text, stop);

    /// <summary>Removes a set; not while the kernel still holds a rule that refers to it.</summary>
    internal async Task<bool> DestroySetAsync(string name, CancellationToken stop) =>
        await tools.RunAsync("ipset", ["destroy", name], stop).ConfigureAwait(false) is { ExitCode: 0 };

    private string Name(AddressFamily family, string suffix) => $"{(family == AddressFamily.InterNetwork ? "iptables" : "ip6tables")}{variant}{suffix}";

    private async Task<ToolResult> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken stop)
    {
        var result = await tools.RunAsync(program, arguments, input, stop).ConfigureAwait(false)
            ?? throw new RulesException($"There is no {program} on this node. Install iptables (1.8 or later) and ipset, or set OverlayNetwork.spec.rules.backend to nftables.");
        return result.ExitCode == 0 ? result : throw new RulesException($"{program} refused the overlay's rules (exit {result.ExitCode}); it said: {Head(result.Errors)}{Culprit(input, result.Errors)}");
    }

    /// <summary>The line that iptables-restore complains of, by the number it gives.</summary>
    private static string Culprit(string input, string errors)
    {
        var number = errors.LastIndexOf("line", StringComparison.Ordinal) is var at and >= 0
            ? new string([.. errors[at..].SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)])
            : "";
        var lines = input.Split('\n');
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line >= 1 && line <= lines.Length ? $" (line {line}: {lines[line - 1]})" : "";
    }

    private static string Head(string said)
    {
        const int most = 1000;
        var trimmed = said.Trim();
        return trimmed.Length <= most ? trimmed : $"{trimmed[..most]} ...";
    }
}
