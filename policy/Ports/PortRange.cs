using System.Globalization;

namespace Overlay.Policy;

/// <summary>Ports of one protocol, both ends included.</summary>
/// <param name="First">The lowest port, 0 to 65535 (0 occurs in ICMP only, where type and code stand for the port).</param>
/// <param name="Last">The highest port, at least <paramref name="First"/>.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>Every port there is (and every type and code of ICMP).</summary>
    public static readonly PortRange Whole = new(0, ushort.MaxValue);

    /// <summary>A single port.</summary>
    /// <param name="port">The port.</param>
    public static PortRange Of(ushort port) => new(port, port);

    /// <summary>Whether it is a single port: then a hash look-up serves, no interval is needed.</summary>
    public bool IsSingle => First == Last;

    /// <summary>Whether the port lies within.</summary>
    /// <param name="port">The port.</param>
    public bool Contains(ushort port) => First <= port && port <= Last;

    /// <summary>Whether the other lies wholly within this one.</summary>
    /// <param name="other">The other range.</param>
    public bool Contains(PortRange other) => First <= other.First && other.Last <= Last;

    /// <summary>What both have; null when they share nothing.</summary>
    /// <param name="other">The other range.</param>
    public PortRange? Intersect(PortRange other)
    {
        var first = Math.Max(First, other.First);
        var last = Math.Min(Last, other.Last);
        return first <= last ? new PortRange(first, last) : null;
    }

    /// <summary><c>80</c> or <c>8000-8080</c>.</summary>
    public override string ToString() =>
        IsSingle ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
