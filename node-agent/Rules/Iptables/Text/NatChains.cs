using System.Globalization;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains of the nat table: the masquerade of what leaves the overlay. Pure.</summary>
internal static class NatChains
{
    /// <summary>"To be masqueraded": kube-proxy's bit by default.</summary>
    internal const uint KubeProxyMasquerade = 0x4000;

    /// <summary>Writes them.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="family">The family.</param>
    internal static IptablesTable Of(RuleSettings settings, AddressFamily family)
    {
        var book = new ChainBook();
        var chain = book["POSTROUTING"];
        chain.AddRange(
            $"-o {settings.Vtep} {Say.Mark(KubeProxyMasquerade, KubeProxyMasquerade)} {Say.Comment("what kube-proxy wants, without its bit in the tag")} {Say.Goto("MASQUERADE")}",
            $"-o {settings.Vtep} -j RETURN",
            $"-o {settings.PodPrefix}+ -j RETURN"
        );
        book["MASQUERADE"].AddRange(Say.SetMark(0, KubeProxyMasquerade), "-j MASQUERADE");
        if (settings.Masquerade)
        {
            chain.AddRange(
                $"-m set ! --match-set {SetBook.NameOf("pools", family)} src -j RETURN",
                "-m addrtype --src-type LOCAL -j RETURN",
                $"-m set --match-set {SetBook.NameOf("own", family)} dst {Say.Comment("sees the pods' own addresses")} -j RETURN",
                $"-p udp {Say.Comment("never from the VXLAN port")} -j MASQUERADE --to-ports {UdpPorts(settings.Port)}",
                "-j MASQUERADE"
            );
        }

        return book.Close("nat");
    }

    /// <summary>The wider side of the VXLAN port: a packet from our address and that port would look like VXLAN when it is answered.</summary>
    private static string UdpPorts(ushort port) =>
        port < 32768 ? string.Create(CultureInfo.InvariantCulture, $"{port + 1}-65535") : string.Create(CultureInfo.InvariantCulture, $"1024-{port - 1}");
}
