using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Ports;
using Overlay.Policy;

namespace Overlay.NodeAgent.Addresses;

/// <summary>A runtime's request as one text for the store: <c>port TCP * 8080 80;port UDP 0.0.0.0 53 53</c>. A later version may add words; this one passes over them.</summary>
internal static class RequestText
{
    private const string Port = "port";
    private const string BothFamilies = "*";

    /// <summary>The text; null when nothing was asked for.</summary>
    public static string? Write(RuntimeRequest request)
    {
        var words = request.Ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"{Port} {p.Protocol} {p.HostAddress?.ToString() ?? BothFamilies} {p.HostPort} {p.PodPort}"));
        return string.Join(';', words) is { Length: > 0 } text ? text : null;
    }

    /// <summary>The request that a text tells of.</summary>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public static RuntimeRequest Read(string text)
    {
        var ports = ImmutableArray.CreateBuilder<PortMapping>();
        foreach (var word in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split(' ') is [Port, var protocol, var address, var hostPort, var podPort])
                ports.Add(
                    new PortMapping(
                        address == BothFamilies ? null : IPAddress.Parse(address),
                        Enum.Parse<IpProtocol>(protocol),
                        ushort.Parse(hostPort, CultureInfo.InvariantCulture),
                        ushort.Parse(podPort, CultureInfo.InvariantCulture)
                    )
                );
        }

        return new RuntimeRequest { Ports = ports.ToImmutable() };
    }
}
