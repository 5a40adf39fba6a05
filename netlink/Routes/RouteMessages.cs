using System.Net;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Routes;

/// <summary>Writes and reads RTM_NEWROUTE and RTM_DELROUTE.</summary>
/// <remarks>
/// <code>
///  rtmsg
/// +--------+---------+---------+-----+-------+----------+-------+------+-----------+
/// | family | dst_len | src_len | tos | table | protocol | scope | type | flags u32 |
/// +--------+---------+---------+-----+-------+----------+-------+------+-----------+
/// </code>
/// </remarks>
internal static class RouteMessages
{
    private const int HeaderLength = 12;
    private const ushort Destination = 1;
    private const ushort OutLink = 4;
    private const ushort Gateway = 5;
    private const ushort Priority = 6;
    private const ushort PreferredSource = 7;
    private const ushort Metrics = 8;
    private const ushort Table = 15;
    private const ushort MetricsMtu = 2;

    private const uint FlagOnLink = 4;
    private const uint FlagCloned = 0x200;

    private const byte ScopeNowhere = 255;
    private const uint DefaultMetric6 = 1024;

    internal static void WriteFilter(MessageWriter writer, byte family, int? table, RouteProtocol? protocol, LinkIndex? link)
    {
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        header[5] = (byte)(protocol ?? 0);
        if (table is { } number)
        {
            writer.U32(Table, (uint)number);
        }

        if (link is { } index)
        {
            writer.U32(OutLink, (uint)index.Value);
        }
    }

    internal static void Write(MessageWriter writer, Route route) => Write(writer, route, (byte)route.Scope);

    /// <summary>A removal that names "nowhere" matches a route of any scope; metrics are not matched at all.</summary>
    internal static void WriteRemoval(MessageWriter writer, Route route) => Write(writer, route with { Mtu = 0 }, ScopeNowhere);

    private static void Write(MessageWriter writer, Route route, byte scope)
    {
        var family = Family.Of(route.Destination.BaseAddress);
        var header = writer.Reserve(HeaderLength);
        header[0] = family;
        header[1] = (byte)route.Destination.PrefixLength;
        header[4] = route.Table < 256 ? (byte)route.Table : (byte)0;
        header[5] = (byte)route.Protocol;
        header[6] = scope;
        header[7] = (byte)route.Type;
        MemoryMarshal.Write(header[8..], route.OnLink ? FlagOnLink : 0);

        if (route.Destination.PrefixLength > 0)
        {
            writer.Address(Destination, route.Destination.BaseAddress);
        }

        if (route.Link != LinkIndex.None)
        {
            writer.U32(OutLink, (uint)route.Link.Value);
        }

        if (route.Via is { } via)
        {
            writer.Address(Gateway, via);
        }

        if (route.Source is { } source)
        {
            writer.Address(PreferredSource, source);
        }

        if (route.Metric != 0)
        {
            writer.U32(Priority, route.Metric);
        }

        writer.U32(Table, (uint)route.Table);
        if (route.Mtu != 0)
        {
            var metrics = writer.BeginNested(Metrics);
            writer.U32(MetricsMtu, (uint)route.Mtu);
            writer.EndNested(metrics);
        }
    }

    internal static Route? Parse(NetlinkMessage message)
    {
        if (message.Type is not (RouteMessageType.NewRoute or RouteMessageType.DeleteRoute))
        {
            return null;
        }

        var header = message.Payload;
        var family = header[0];
        var flags = MemoryMarshal.Read<uint>(header[8..]);
        if (family is not (Family.IPv4 or Family.IPv6) || (flags & FlagCloned) != 0)
        {
            return null;
        }

        // Gathered first, made once: nodes have thousands of routes.
        var destination = Family.Any(family);
        var (link, metric, table, mtu) = (LinkIndex.None, 0u, (int)header[4], 0);
        IPAddress? via = null, source = null;
        var reader = new AttributeReader(header[HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Destination: destination = reader.Address() ?? destination; break;
                case OutLink: link = new LinkIndex((int)reader.U32()); break;
                case Gateway: via = reader.Address(); break;
                case PreferredSource: source = reader.Address(); break;
                case Priority: metric = Metric(family, reader.U32()); break;
                case Table: table = (int)reader.U32(); break;
                case Metrics: mtu = Mtu(reader.Nested()); break;
            }
        }

        return new Route
        {
            Destination = new IPNetwork(destination, header[1]),
            Link = link,
            Via = via,
            Source = source,
            OnLink = (flags & FlagOnLink) != 0,
            Scope = (RouteScope)header[6],
            Type = (RouteType)header[7],
            Protocol = (RouteProtocol)header[5],
            Metric = metric,
            Table = table,
            Mtu = mtu,
        };
    }

    /// <summary>The device of a route, without reading the rest of it.</summary>
    internal static LinkIndex LinkOf(NetlinkMessage message)
    {
        var reader = new AttributeReader(message.Payload[HeaderLength..]);
        while (reader.MoveNext())
        {
            if (reader.Type == OutLink)
            {
                return new LinkIndex((int)reader.U32());
            }
        }

        return LinkIndex.None;
    }

    private static uint Metric(byte family, uint metric) => family == Family.IPv6 && metric == DefaultMetric6 ? 0 : metric;

    private static int Mtu(AttributeReader metrics)
    {
        while (metrics.MoveNext())
        {
            if (metrics.Type == MetricsMtu)
            {
                return (int)metrics.U32();
            }
        }

        return 0;
    }
}
