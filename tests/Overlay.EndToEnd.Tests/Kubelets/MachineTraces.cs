using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>What a network leaves on a machine, a line each: devices, routes, rules, settings, files.</summary>
internal static partial class MachineTraces
{
    private static readonly string[] Places = ["/etc/cni", "/opt", "/run", "/var/lib"];

    /// <summary>Looks.</summary>
    public static ImmutableSortedSet<string> Of(Machine machine)
    {
        string[] devices = [.. Lines(machine, "ip", "-brief", "link").Select(line => "device " + line.Split(' ')[0])];
        return
        [
            .. devices,
            .. new[] { "-4", "-6" }.SelectMany(family => Lines(machine, "ip", family, "route", "show", "table", "all")).Select(line => "route " + line),
            .. new[] { "-4", "-6" }.SelectMany(family => Lines(machine, "ip", family, "rule")).Select(line => "rule " + line),
            .. Lines(machine, "ip", "neigh", "show", "nud", "permanent").Select(line => "neighbour " + line),
            .. Lines(machine, "nft", "list", "ruleset").Select(line => "nft " + line.Trim()).Where(line => !OfIptables().IsMatch(line)),
            .. Lines(machine, "ipset", "list", "-name").Select(line => "set " + line),
            .. Lines(machine, "sysctl", "-n", "net.ipv4.ip_forward", "net.ipv4.conf.all.rp_filter", "net.ipv6.conf.all.forwarding").Select((line, i) => $"setting {i} {line}"),
            .. Files(machine),
        ];
    }

    /// <summary>iptables' tables and their built-in chains come with its first use, whoever's that is, and are everybody's; rules in them are somebody's.</summary>
    [GeneratedRegex("^nft (table ip6? (filter|mangle|nat|raw) [{]|chain (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) [{]|type (filter|nat|route) hook .*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfIptables();

    /// <summary>But for what is the runtime's, the kubelet's, and this test's own.</summary>
    private static IEnumerable<string> Files(Machine machine) =>
        Lines(machine, "find", [.. Places, "-xdev", "-not", "-type", "d"])
            .Where(path => !path.StartsWith("/var/lib/kubelet/", StringComparison.Ordinal) && !path.StartsWith("/run/containerd/", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("/run/ovt-", StringComparison.Ordinal) && !path.StartsWith("/run/netns/", StringComparison.Ordinal) && !path.StartsWith("/var/lib/cni/", StringComparison.Ordinal))
            .Where(path => path != "/run/xtables.lock") // iptables', and everybody's
            .Concat(new[] { "/run/overlay", "/var/lib/overlay" }.Where(path => Directory.Exists(machine.At(path))))
            .Select(path => "file " + path);

    private static string[] Lines(Machine machine, string program, params ReadOnlySpan<string> arguments) =>
        machine.Run(program, arguments).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
