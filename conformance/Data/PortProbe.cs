using System.Globalization;

namespace Overlay.Conformance.Data;

/// <summary>A protocol and a port, written <c>TCP/80</c>.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The port.</param>
public readonly record struct PortProbe(IpProtocol Protocol, ushort Port)
{
    /// <summary>Reads <c>TCP/80</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PortProbe Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length == 2
            && parts[0] is "TCP" or "UDP" or "SCTP"
            && ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
            ? new PortProbe(Enum.Parse<IpProtocol>(parts[0]), port)
            : throw new FormatException($"'{text}' is no port to probe: write TCP/80, UDP/53 or SCTP/9003");
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol}/{Port}");
}
