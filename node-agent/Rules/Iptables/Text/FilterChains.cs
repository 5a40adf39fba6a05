using System.Net.Sockets;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains of the filter table: the kernel rejects nowhere else. Pure.</summary>
internal static class FilterChains
{
    /// <summary>Writes them.</summary>
    /// <param name="family">The family.</param>
    internal static IptablesTable Of(AddressFamily family)
    {
        var book = new ChainBook();
        book["FORWARD"].Add($"{Say.Mark(NarrowMark.Denied, NarrowMark.Denied)} {Say.Comment("judged and denied in mangle")} {Say.Goto("REJECT")}");
        book["REJECT"].AddRange(
            "-p tcp -j REJECT --reject-with tcp-reset",
            $"-j REJECT --reject-with {(family == AddressFamily.InterNetwork ? "icmp-admin-prohibited" : "icmp6-adm-prohibited")}"
        );
        return book.Close("filter");
    }
}
