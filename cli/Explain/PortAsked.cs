using System.Globalization;
using Overlay.Cli.Arguments;
using Overlay.Kube.Core;
using Overlay.Policy;

namespace Overlay.Cli.Explain;

/// <summary>The protocol and port asked about.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The destination's port, 1 to 65535; of ICMP an echo request's type and code.</param>
internal readonly record struct PortAsked(IpProtocol Protocol, ushort Port)
{
    private const byte EchoRequest = 8;

    /// <summary>Reads <c>8080</c>, <c>53/udp</c>, <c>http</c> (a name in the destination's containers) or <c>icmp</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">The destination.</param>
    /// <exception cref="UsageException">It is none of these; the message says why.</exception>
    public static PortAsked Parse(string text, FoundEnd destination)
    {
        if (text.Equals("icmp", StringComparison.OrdinalIgnoreCase))
            return new PortAsked(IpProtocol.ICMP, IpProtocols.IcmpKey(EchoRequest, 0));
        var parts = text.Split('/');
        IpProtocol? protocol = parts is [_, var name] ? ProtocolOf(name, text) : parts.Length == 1 ? null : throw Wrong(text);
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return Named(parts[0], protocol, destination.Pod);
        return number is >= 1 and <= ushort.MaxValue
            ? new PortAsked(protocol ?? IpProtocol.TCP, (ushort)number)
            : throw new UsageException($"port '{text}': a port is 1 to 65535");
    }

    /// <inheritdoc />
    public override string ToString() => Protocol.HasPorts() ? $"{Protocol} {Port}" : "ICMP";

    private static PortAsked Named(string name, IpProtocol? protocol, Pod? destination)
    {
        var ports = destination?.Spec.NamedPorts.ToList() ?? [];
        foreach (var port in ports.Where(p => p.Name == name))
        {
            if (ProtocolOf(port.Protocol ?? "TCP", name) is var own && (protocol ?? own) == own)
                return new PortAsked(own, (ushort)port.Port);
        }

        var known = ports.Count == 0 ? "it names none" : $"it has {string.Join(", ", ports.Select(p => p.Name))}";
        throw destination is null
            ? Wrong(name)
            : new UsageException($"port '{name}': {destination.Metadata.Key} has no {(protocol is null ? "" : $"{protocol} ")}port of this name; {known}");
    }

    private static IpProtocol ProtocolOf(string name, string text) =>
        name.ToUpperInvariant() switch
        {
            "TCP" => IpProtocol.TCP,
            "UDP" => IpProtocol.UDP,
            "SCTP" => IpProtocol.SCTP,
            _ => throw new UsageException($"port '{text}': the protocol is tcp, udp or sctp (or write icmp without a port)"),
        };

    private static UsageException Wrong(string text) => new($"'{text}' is no PORT[/PROTOCOL], as 8080, 53/udp or icmp");
}
