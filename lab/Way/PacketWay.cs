using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Api.Wire;
using Overlay.Lab.Capture;
using Overlay.Netlink;

namespace Overlay.Lab.Way;

/// <summary>The eleven steps of a packet's way (design, section 1), each shown by the kernel itself.</summary>
public static class PacketWay
{
    private const string Vtep = "overlay-vtep";

    /// <summary>Makes one connection and tells its way.</summary>
    /// <param name="cluster">The lab.</param>
    /// <param name="client">The client.</param>
    /// <param name="server">The server, on another node.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<(WayMeasurement Measured, IReadOnlyList<WayStep> Steps)> FollowAsync(
        LabCluster cluster,
        LabPod client,
        LabPod server,
        int port,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var measured = await WayMeasurement.TakeAsync(cluster, client, server, port, cancel);
        var tags = await cluster.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/workloadtags", cancel);
        var (from, to) = (PodVeth.Of(client), PodVeth.Of(server));
        return (measured, [Socket(measured), Wire(from), Tagged(measured, from, tags), Routed(measured), Encapsulated(measured), Underlay(measured, tags), Decapsulated(measured), Judged(measured, to), Delivered(measured, to)]);
    }

    private static WayStep Socket(WayMeasurement m)
    {
        var route = Inside(m.Client, "ip", "route", "get", m.Server.Address.ToString());
        return new WayStep("1", $"pod {m.Client.Name}", $"the socket sends to {m.Server.At(m.Port)}", [$"ip route get: {route}"], route.Contains("169.254.0.1", StringComparison.Ordinal));
    }

    private static WayStep Wire(PodVeth wire) => new(
        "2",
        "veth",
        "out of the pod through its wire: no ARP, permanent neighbours, /32",
        [$"pod  {Describe(wire.Inside)}", $"node {Describe(wire.Host)}"],
        wire.Inside.Flags.HasFlag(LinkFlags.NoArp) && wire.Host.Flags.HasFlag(LinkFlags.NoArp));

    private static WayStep Tagged(WayMeasurement m, PodVeth wire, IReadOnlyList<JsonObject> tags)
    {
        var key = $"{wire.Host.Name} . {Colons(wire.Inside)} . {m.Client.Address}";
        var element = m.Client.Node.Run("nft", "get", "element", "inet", "overlay", "senders4", $"{{ {key} }}");
        var line = element.Output.Split('\n').FirstOrDefault(l => l.Contains(wire.Host.Name, StringComparison.Ordinal))?.Replace("elements = ", "", StringComparison.Ordinal).Trim() ?? element.Errors.Trim();
        return new WayStep(
            "3",
            $"{m.Client.Node.Name}, prerouting",
            "the source must be the pod's own; the mark becomes its workload's tag",
            [$"map senders4 {line}", TagText(m, tags), $"counter sent +{m.AtSource("sent")}, spoofed +{m.AtSource("spoofed")}"],
            element.ExitCode == 0 && m.AtSource("sent") > 0);
    }

    private static WayStep Routed(WayMeasurement m)
    {
        var route = m.Client.Node.Run("ip", "route", "get", m.Server.Address.ToString()).Output.Split('\n')[0].Trim();
        return new WayStep("4", $"{m.Client.Node.Name}, route", $"{m.Server.Node.Name}'s subnet goes to the VTEP", [$"ip route get: {route}"], route.Contains(Vtep, StringComparison.Ordinal));
    }

    private static WayStep Encapsulated(WayMeasurement m)
    {
        var link = m.Client.Node.Run("ip", "-d", "link", "show", "dev", Vtep).Output.Split('\n').FirstOrDefault(l => l.Contains("vxlan id", StringComparison.Ordinal))?.Trim() ?? "";
        var gate = m.Client.Node.Run("bridge", "fdb", "show", "dev", Vtep).Output.Split('\n').FirstOrDefault(l => l.Contains($"dst {m.Server.Node.Address} ", StringComparison.Ordinal))?.Trim() ?? "";
        return new WayStep(
            "5",
            "VTEP",
            $"encapsulated to {m.Server.Node.Name}'s underlay address; the GBP field carries the tag",
            [VtepText(link), $"fdb: {gate}", $"counter encapsulated +{m.AtSource("encapsulated")}"],
            m.AtSource("encapsulated") > 0 && gate.Length > 0);
    }

    private static WayStep Underlay(WayMeasurement m, IReadOnlyList<JsonObject> tags)
    {
        if (m.Request is not { } packet)
            return new WayStep("6-8", "underlay", "UDP crosses the physical network", ["no packet of this connection was captured"], false);
        var header = packet.Header;
        return new WayStep(
            "6-8",
            "underlay",
            "UDP crosses the physical network (captured on the switch)",
            [
                $"{packet.Outer.Source} -> {packet.Outer.Destination}, UDP port {WayMeasurement.VxlanPort}, inside {packet.Inner.Source} -> {packet.Inner.Destination} SYN",
                $"VXLAN header {header.Hex}",
                Decoded(header) + " = " + Workload(header.Tag, tags),
            ],
            header.HasGroup && header.Tag.IsWorkload);
    }

    private static WayStep Decapsulated(WayMeasurement m) => new(
        "9",
        $"VTEP, {m.Server.Node.Name}",
        "decapsulated; the kernel puts the GBP field back into the mark",
        [$"counter arrived +{m.AtTarget("arrived")}"],
        m.AtTarget("arrived") > 0);

    private static WayStep Judged(WayMeasurement m, PodVeth wire)
    {
        var (allowed, denied) = (m.AtTarget("allowed"), m.AtTarget("denied"));
        return new WayStep(
            "10",
            $"{m.Server.Node.Name}, forward",
            "judged: (tag of the sender, workload of the destination, protocol, port)",
            [$"destination: veth {wire.Host.Name}, interface group {wire.Host.Group}", GrantText(m, wire), $"counter allowed +{allowed}, denied +{denied}"],
            m.Result.Connected ? allowed > 0 && denied == 0 : denied > 0 && allowed == 0);
    }

    private static WayStep Delivered(WayMeasurement m, PodVeth wire)
    {
        var delivered = m.DeliveredAfter - m.DeliveredBefore;
        var proof = new List<string> { $"{wire.Host.Name} sent {delivered} packets into the pod" };
        if (m.Reply is { } reply)
            proof.Add($"reply on the underlay: {reply.Header.Hex}: {Decoded(reply.Header)}; counter vouched +{m.AtTarget("vouched")}");
        proof.Add(m.Result.Connected ? $"the server greeted: {m.Result.Greeting}" : $"the client met: {m.Result.Outcome} after {m.Result.Elapsed.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms");
        return m.Result.Connected
            ? new WayStep("11", "veth", "delivered; the reply comes back vouched for", proof, delivered > 0 && m.Reply is { Header.Vouched: true })
            : new WayStep("11", "veth", "nothing is delivered", proof, delivered == 0 && m.Reply is null);
    }

    /// <summary>The element that let the packet in, looked up as the kernel does.</summary>
    private static string GrantText(WayMeasurement m, PodVeth wire)
    {
        if (m.Request is not { } packet)
            return "no request was captured";
        var mark = NodeMark.Of(packet.Header.Tag, packet.Header.EgressIsolated) & (NodeMark.TagMask | NodeMark.EgressIsolated);
        var group = wire.Host.Group.ToString(CultureInfo.InvariantCulture);
        var key = string.Create(CultureInfo.InvariantCulture, $"{group} . 0x{mark:x8} . tcp . {m.Port}");
        var found = m.Server.Node.Run("nft", "get", "element", "inet", "overlay", "grants", $"{{ {key} }}");
        if (found.ExitCode == 0)
            return "set grants " + string.Join(' ', found.Output.Split('\n').SkipWhile(l => !l.Contains("elements", StringComparison.Ordinal)).Select(l => l.Trim())).Replace("elements = ", "", StringComparison.Ordinal).TrimEnd('}', ' ') + " }";
        var open = m.Server.Node.Run("nft", "get", "element", "inet", "overlay", "open", $"{{ {group} }}");
        return open.ExitCode == 0 ? $"set open holds {group}: no policy isolates the destination" : $"set grants has no element {{ {key} }}";
    }

    private static string TagText(WayMeasurement m, IReadOnlyList<JsonObject> tags) =>
        m.Request is { } packet ? Workload(packet.Header.Tag, tags) : "";

    private static string Workload(Tag tag, IReadOnlyList<JsonObject> tags) =>
        tags.FirstOrDefault(t => (int)t["spec"]!["tag"]! == tag.Value) is { } found
            ? $"{(string)found["metadata"]!["name"]!}: {(string)found["spec"]!["namespace"]!} {found["spec"]!["labels"]?.ToJsonString().Replace("\"", "", StringComparison.Ordinal)}"
            : $"tag {tag}";

    private static string Decoded(VxlanHeader header) => string.Create(
        CultureInfo.InvariantCulture,
        $"flags G={Bit(header.HasGroup)} D={Bit(header.EgressIsolated)} A={Bit(header.Vouched)}, group id 0x{header.Tag.Value:x4} = tag {header.Tag}, VNI {header.Vni}");

    private static int Bit(bool set) => set ? 1 : 0;

    private static string Describe(Link link) => $"{link.Name} {Colons(link)} {link.Flags} group {link.Group}";

    private static string Colons(Link link) => string.Join(':', (link.MacAddress?.GetAddressBytes() ?? []).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    /// <summary>Of the device's description what matters here: identifier, addresses, port, and what it was told to do.</summary>
    private static string VtepText(string link)
    {
        var words = link.Split(' ');
        string Told(string word) => words.Contains(word, StringComparer.Ordinal) ? word : $"(no {word}!)";
        return $"{string.Join(' ', words.Take(10))} ... {Told("nolearning")} ... {Told("gbp")}";
    }

    private static string Inside(LabPod pod, string program, params ReadOnlySpan<string> arguments) =>
        pod.Run(program, arguments).Output.Split('\n')[0].Trim();
}
