using System.Diagnostics;
using System.Text.RegularExpressions;
using Overlay.Netlink;

namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>Everything of a node's network namespace that an agent could leave something in, as the kernel's own tools print it.</summary>
internal static partial class Fingerprint
{
    private static readonly string[][] Questions =
    [
        ["ip", "-details", "link"],
        ["ip", "address"],
        ["ip", "-4", "route", "show", "table", "all"],
        ["ip", "-6", "route", "show", "table", "all"],
        ["ip", "-4", "rule"],
        ["ip", "-6", "rule"],
        ["ip", "neighbour", "show", "nud", "permanent"],
        ["bridge", "fdb"],
        ["nft", "--stateless", "list", "ruleset"],
        ["ipset", "list"],
        ["iptables-nft-save"],
        ["ip6tables-nft-save"],
        ["tc", "qdisc"],
    ];

    /// <summary>Takes it.</summary>
    public static string Of(NetworkNamespace node, string name)
    {
        var text = string.Join('\n', Questions.Select(question => $"== {string.Join(' ', question)}\n{Ask(name, question)}"));
        var settings = node.Run(() =>
            Directory.GetDirectories("/proc/sys/net", "*", SearchOption.TopDirectoryOnly)
                .Where(family => Path.GetFileName(family) is "ipv4" or "ipv6")
                .SelectMany(family => Directory.GetFiles(Path.Combine(family, "conf"), "*", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal)
                .Select(path => $"{path} {Read(path)}")
                .ToArray());
        return Volatile().Replace(text, "") + "\n== settings\n" + string.Join('\n', settings);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }

    private static string Ask(string name, string[] question)
    {
        using var program = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", name, .. question]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return said;
    }

    /// <summary>Times, counters of packets, and the order that lifetimes print in.</summary>
    [GeneratedRegex(@"^#.*$|\[\d+:\d+\]|valid_lft \S+ preferred_lft \S+|expires \S+", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Volatile();
}
