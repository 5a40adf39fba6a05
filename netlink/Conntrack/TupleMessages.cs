using System.Net;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Conntrack;

/// <summary>Writes and reads CTA_TUPLE_*: <c>{ IP { SRC DST } PROTO { NUM, ports or ICMP's fields } }</c>, all big-endian.</summary>
internal static class TupleMessages
{
    private const ushort Ip = 1;
    private const ushort Proto = 2;

    private const ushort Source4 = 1;
    private const ushort Destination4 = 2;
    private const ushort Source6 = 3;
    private const ushort Destination6 = 4;

    private const ushort Number = 1;
    private const ushort SourcePort = 2;
    private const ushort DestinationPort = 3;

    /// <summary>CTA_PROTO_ICMP_ID, followed by _TYPE and _CODE; ICMPv6's three come after these.</summary>
    private const ushort Icmp = 4;
    private const ushort Icmp6 = 7;

    private const byte ProtocolIcmp = 1;
    private const byte ProtocolIcmp6 = 58;

    internal static void Write(MessageWriter writer, ushort type, ConnectionTuple tuple)
    {
        var start = writer.BeginNested(type);
        var is4 = Family.Of(tuple.Source) == Family.IPv4;
        var ip = writer.BeginNested(Ip);
        writer.Address(is4 ? Source4 : Source6, tuple.Source);
        writer.Address(is4 ? Destination4 : Destination6, tuple.Destination);
        writer.EndNested(ip);

        var proto = writer.BeginNested(Proto);
        writer.U8(Number, tuple.Protocol);
        if (tuple.Protocol is ProtocolIcmp or ProtocolIcmp6)
        {
            var first = tuple.Protocol == ProtocolIcmp ? Icmp : Icmp6;
            writer.U16Big(first, tuple.IcmpId);
            writer.U8((ushort)(first + 1), tuple.IcmpType);
            writer.U8((ushort)(first + 2), tuple.IcmpCode);
        }
        else
        {
            writer.U16Big(SourcePort, tuple.SourcePort);
            writer.U16Big(DestinationPort, tuple.DestinationPort);
        }

        writer.EndNested(proto);
        writer.EndNested(start);
    }

    internal static ConnectionTuple Read(AttributeReader reader)
    {
        var tuple = new ConnectionTuple(IPAddress.Any, IPAddress.Any, 0);
        while (reader.MoveNext())
        {
            tuple = reader.Type switch
            {
                Ip => WithAddresses(tuple, reader.Nested()),
                Proto => WithProtocol(tuple, reader.Nested()),
                _ => tuple,
            };
        }

        return tuple;
    }

    private static ConnectionTuple WithAddresses(ConnectionTuple tuple, AttributeReader reader)
    {
        while (reader.MoveNext())
        {
            tuple = reader.Type switch
            {
                Source4 or Source6 => tuple with { Source = reader.Address() ?? tuple.Source },
                Destination4 or Destination6 => tuple with { Destination = reader.Address() ?? tuple.Destination },
                _ => tuple,
            };
        }

        return tuple;
    }

    private static ConnectionTuple WithProtocol(ConnectionTuple tuple, AttributeReader reader)
    {
        while (reader.MoveNext())
        {
            tuple = reader.Type switch
            {
                Number => tuple with { Protocol = reader.U8() },
                SourcePort => tuple with { SourcePort = reader.U16Big() },
                DestinationPort => tuple with { DestinationPort = reader.U16Big() },
                Icmp or Icmp6 => tuple with { IcmpId = reader.U16Big() },
                Icmp + 1 or Icmp6 + 1 => tuple with { IcmpType = reader.U8() },
                Icmp + 2 or Icmp6 + 2 => tuple with { IcmpCode = reader.U8() },
                _ => tuple,
            };
        }

        return tuple;
    }
}
