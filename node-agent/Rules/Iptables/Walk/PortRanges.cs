using System.Globalization;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>Ports as iptables-save prints them: <c>80</c> or <c>80:90</c>. Pure.</summary>
internal static class PortRanges
{
    /// <summary>Whether a port is among them; null: they are not understood.</summary>
    internal static bool? Holds(string text, ushort port) =>
        text.Split(':') switch
        {
            [var one] when Number(one) is { } only => port == only,
            [var from, var to] when Number(from) is { } first && Number(to) is { } last => port >= first && port <= last,
            _ => null,
        };

    private static ushort? Number(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
