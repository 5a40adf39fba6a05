using System.Globalization;
using System.Net;
using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary>Reads the words of questions.</summary>
internal static class Arguments
{
    /// <summary>Refuses another number of words.</summary>
    public static void Need(IReadOnlyList<string> arguments, int count, IQuestion question)
    {
        if (arguments.Count != count)
            throw new AskException($"{question.Word} takes {count} words, not {arguments.Count}: {question.Usage}");
    }

    /// <summary>Whether the node's rules are nftables.</summary>
    public static bool IsNftables(NodeRules rules) => rules.Backend == "nftables";

    /// <summary>An address.</summary>
    public static IPAddress Address(string text) => IPAddress.TryParse(text, out var address) ? address : throw new AskException($"'{text}' is no address");

    /// <summary>A protocol by its name.</summary>
    public static IpProtocol Protocol(string text) =>
        Enum.TryParse<IpProtocol>(text, ignoreCase: true, out var protocol) && Enum.IsDefined(protocol) ? protocol : throw new AskException($"'{text}' is no protocol: tcp, udp, sctp, icmp or icmpv6");

    /// <summary>A number of 16 bits.</summary>
    public static ushort Number(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new AskException($"'{text}' is no number from 0 to 65535");
}
