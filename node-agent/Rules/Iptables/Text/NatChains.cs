using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Ports;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains of the nat table: the node's ports that lead to pods, the masquerade of what leaves the overlay. Pure.</summary>
internal static class NatChains
{
    /// <summary>"To be masqueraded": kube-proxy's bit by default.</summary>
    internal const uint KubeProxyMasquerade = 0x4000;

    /// <summary>Writes them.</summary>
    /// <param name="state">Settings and host ports are used.</param>
    /// <param name="family">The family.</param>
    internal static IptablesTable Of(RuleState state, AddressFamily family)
    {
        var book = new ChainBook();
        var settings = state.Settings;
        WriteHostPorts(book, state, family);
        var chain = book["POSTROUTING"];
        chain.AddRange(
            $"-o {settings.Vtep} {Say.Mark(KubeProxyMasquerade, KubeProxyMasquerade)} {Say.Comment("what kube-proxy wants, without its bit in the tag")} {Say.Goto("MASQUERADE")}",
            $"-o {settings.Vtep} -m addrtype --src-type LOCAL -m set ! --match-set {SetBook.NameOf("pools", family)} src -m set --match-set {SetBook.NameOf("pools", family)} dst {Say.Comment("this node, from an address that answers do not come to by the VTEP")} -j MASQUERADE",
            $"-o {settings.Vtep} -j RETURN",
            $"-m set --match-set {SetBook.NameOf("pods", family)} src,dst {Say.Comment("a pod that reaches itself: the answer must come by here")} -j MASQUERADE"
        );
        if (family == AddressFamily.InterNetwork)
        {
            chain.Add($"-s 127.0.0.0/8 -o {settings.PodPrefix}+ -j MASQUERADE");
        }

        chain.Add($"-o {settings.PodPrefix}+ -j RETURN");
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

    /// <summary>As the nftables rules have it (hostports_in, hostports_out), and after kube-proxy's in the same way.</summary>
    private static void WriteHostPorts(ChainBook book, RuleState state, AddressFamily family)
    {
        var v4 = family == AddressFamily.InterNetwork;
        var local = $"-m addrtype --dst-type LOCAL {Say.Goto("HOSTPORTS")}";
        book["PREROUTING"].Add($"-i {state.Settings.Vtep} {Say.Comment("inside of the overlay a node has no ports")} -j RETURN");
        (v4 ? book["PREROUTING"] : book["OUTPUT"]).Add($"-d {(v4 ? "127.0.0.0/8" : "::1/128")} {Say.Comment(v4 ? "loopback is reached from this node only" : "an answer would not come back")} -j RETURN");
        book["PREROUTING"].Add(local);
        book["OUTPUT"].Add(local);
        var ports = book["HOSTPORTS"];
        ports.Add($"-p udp -m udp --dport {state.Settings.Port} {Say.Comment("VXLAN is no pod's")} -j RETURN");
        foreach (var port in state.HostPorts.Where(port => port.PodAddress.AddressFamily == family).OrderBy(port => PortMapping.IsUnspecified(port.Address)).ThenBy(port => port.Port))
        {
            var protocol = port.Protocol.ToString().ToLowerInvariant();
            var address = PortMapping.IsUnspecified(port.Address) ? "" : $"-d {port.Address}";
            ports.Add(Say.Rule(address, $"-p {protocol} -m {protocol} --dport {port.Port}", Say.Comment(port.Comment), $"-j DNAT --to-destination {new IPEndPoint(port.PodAddress, port.PodPort)}"));
        }
    }

    /// <summary>The wider side of the VXLAN port: a packet from our address and that port would look like VXLAN when it is answered.</summary>
    private static string UdpPorts(ushort port) =>
        port < 32768 ? string.Create(CultureInfo.InvariantCulture, $"{port + 1}-65535") : string.Create(CultureInfo.InvariantCulture, $"1024-{port - 1}");
}
