using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Port ranges without overlap: the kernel refuses a set whose intervals overlap. Pure.</summary>
internal static class PortUnion
{
    /// <summary>The ranges sorted, overlapping ones joined; a joined one is explained by the first of its parts.</summary>
    internal static IEnumerable<(PortRange Ports, string Because)> Of(IEnumerable<(PortRange Ports, string Because)> ranges)
    {
        (PortRange Ports, string Because)? open = null;
        foreach (var range in ranges.OrderBy(range => range.Ports.First).ThenBy(range => range.Ports.Last))
        {
            if (open is { } current && range.Ports.First <= current.Ports.Last)
            {
                open = current with { Ports = new PortRange(current.Ports.First, Math.Max(current.Ports.Last, range.Ports.Last)) };
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = range;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}
