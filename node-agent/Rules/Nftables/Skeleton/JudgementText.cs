using System.Globalization;
using System.Text.RegularExpressions;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// The judgement is written once and stands in the table twice, so that an answer meets the very rules that the question met: then the destination is
/// where the packet comes from, the client is known by the connection's mark, and ports and addresses are looked up the other way round. Pure.
/// </summary>
internal static partial class JudgementText
{
    /// <summary>The chains <c>judge</c>...: a packet to a local pod.</summary>
    internal static string Questions(string template) =>
        Fill(template, "judge", "a packet to a local pod", "meta mark", "meta oifgroup", "th dport", "saddr", KeyBits.IcmpRequest, "allowed", "denied");

    /// <summary>
    /// The chains <c>answer</c>...: a local pod's reply. Conntrack has turned the source NAT of the question back before forward, and turns its
    /// destination NAT back after it: here the client's address is the destination, the workload's port is the source port.
    /// </summary>
    internal static string Answers(string template) =>
        Fill(template, "answer", "a local pod's reply, judged again by its connection's client", "ct mark", "meta iifgroup", "th sport", "daddr", KeyBits.IcmpReply, "vouch", "answer_denied");

    private static string Fill(string template, string name, string what, string mark, string group, string port, string from, uint icmp, string yes, string no) =>
        Icmp().Replace(
            template
                .Replace("@NAME@", name, StringComparison.Ordinal)
                .Replace("@WHAT@", what, StringComparison.Ordinal)
                .Replace("@MARK@", mark, StringComparison.Ordinal)
                .Replace("@GROUP@", group, StringComparison.Ordinal)
                .Replace("@PORT@", port, StringComparison.Ordinal)
                .Replace("@FROM@", from, StringComparison.Ordinal)
                .Replace("@YES@", yes, StringComparison.Ordinal)
                .Replace("@NO@", no, StringComparison.Ordinal),
            match => $"0x{icmp | uint.Parse(match.Groups["bits"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture):x}"
        );

    [GeneratedRegex(@"@ICMP\|(?<bits>[0-9a-f]+)@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Icmp();
}
