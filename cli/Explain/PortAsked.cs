using System.Globalization;
using Overlay.Api.Policies;
using Overlay.Cli.Arguments;
using Overlay.Kube.Core;

namespace Overlay.Cli.Explain;

/// <summary>The protocol and port asked about.</summary>
/// <param name="Protocol">The protocol; null: one without ports (ICMP).</param>
/// <param name="Port">The destination's port, 1 to 65535; 0 where there are none.</param>
internal readonly record struct PortAsked(PortProtocol? Protocol, ushort Port)
{
    /// <summary>Reads <c>8080</c>, <c>53/udp</c>, <c>http</c> (a name in the destination's containers) or <c>icmp</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">The destination, if it is a pod.</param>
    /// <exception cref="UsageException">It is none of these; the message says why.</exception>
    public static PortAsked Parse(string text, Pod? destination)
    {
        if (text.Equals("icmp", StringComparison.OrdinalIgnoreCase))
            return new PortAsked(null, 0);
        var parts = text.Split('/');
        PortProtocol? protocol = parts is [_, var name] ? ProtocolOf(name, text) : parts.Length == 1 ? null : throw Wrong(text);
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return Named(parts[0], protocol, destination);
        return number is >= 1 and <= ushort.MaxValue
            ? new PortAsked(protocol ?? PortProtocol.TCP, (ushort)number)
            : throw new UsageException($"port '{text}': a port is 1 to 65535");
    }

    /// <inheritdoc />
    public override string ToString() => Protocol is { } protocol ? $"{protocol} {Port}" : "ICMP";

    private static PortAsked Named(string name, PortProtocol? protocol, Pod? destination)
    {
        var ports = destination?.Spec.Containers?.SelectMany(c => c.Ports ?? []).Where(p => p.Name is not null).ToList() ?? [];
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

    private static PortProtocol ProtocolOf(string name, string text) =>
        name.ToUpperInvariant() switch
        {
            "TCP" => PortProtocol.TCP,
            "UDP" => PortProtocol.UDP,
            "SCTP" => PortProtocol.SCTP,
            _ => throw new UsageException($"port '{text}': the protocol is tcp, udp or sctp (or write icmp without a port)"),
        };

    private static UsageException Wrong(string text) => new($"'{text}' is no PORT[/PROTOCOL], as 8080, 53/udp or icmp");
}
