using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Shaping;
using Overlay.Policy;

namespace Overlay.NodeAgent.Addresses;

/// <summary>A runtime's request as one text for the store: <c>port TCP * 8080 80;ingress 10000000 -</c>. A later version may add words; this one passes over them.</summary>
internal static class RequestText
{
    private const string Port = "port";
    private const string Ingress = "ingress";
    private const string Egress = "egress";
    private const string ChosenBurst = "-";
    private const string BothFamilies = "*";

    /// <summary>The text; null when nothing was asked for.</summary>
    public static string? Write(RuntimeRequest request)
    {
        var words = request.Ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"{Port} {p.Protocol} {p.HostAddress?.ToString() ?? BothFamilies} {p.HostPort} {p.PodPort}"));
        var limits = new[] { (Word: Ingress, Limit: request.Bandwidth?.Ingress), (Word: Egress, Limit: request.Bandwidth?.Egress) }
            .Where(pair => pair.Limit is not null)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Word} {pair.Limit!.Rate} {pair.Limit.Burst?.ToString(CultureInfo.InvariantCulture) ?? ChosenBurst}"));
        return string.Join(';', words.Concat(limits)) is { Length: > 0 } text ? text : null;
    }

    /// <summary>The request that a text tells of.</summary>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public static RuntimeRequest Read(string text)
    {
        var ports = ImmutableArray.CreateBuilder<PortMapping>();
        var (ingress, egress) = ((RateLimit?)null, (RateLimit?)null);
        foreach (var word in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word.Split(' '))
            {
                case [Port, var protocol, var address, var hostPort, var podPort]:
                    ports.Add(new PortMapping(address == BothFamilies ? null : IPAddress.Parse(address), Enum.Parse<IpProtocol>(protocol), Number(hostPort), Number(podPort)));
                    break;
                case [Ingress, var rate, var burst]:
                    ingress = Limit(rate, burst);
                    break;
                case [Egress, var rate, var burst]:
                    egress = Limit(rate, burst);
                    break;
            }
        }

        return new RuntimeRequest { Ports = ports.ToImmutable(), Bandwidth = ingress is null && egress is null ? null : new PodBandwidth(ingress, egress) };
    }

    private static ushort Number(string text) => ushort.Parse(text, CultureInfo.InvariantCulture);

    private static RateLimit Limit(string rate, string burst) =>
        new(ulong.Parse(rate, CultureInfo.InvariantCulture), burst == ChosenBurst ? null : ulong.Parse(burst, CultureInfo.InvariantCulture));
}
