using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Overlay.Netlink.Messages;

namespace Overlay.Netlink.Traffic;

/// <summary>Writes and reads RTM_NEWQDISC and RTM_NEWTFILTER (linux/rtnetlink.h, linux/pkt_sched.h, linux/pkt_cls.h).</summary>
/// <remarks>
/// <code>
///  tcmsg
/// +-----------+-----+-------------+------------+------------+----------+
/// | family u8 | pad | ifindex s32 | handle u32 | parent u32 | info u32 |
/// +-----------+-----+-------------+------------+------------+----------+
/// </code>
/// </remarks>
internal static class TrafficMessages
{
    internal const int HeaderLength = 20;
    private const ushort Kind = 1;
    private const ushort Options = 2;

    private const uint IngressHandle = 0xffff0000;

    // TCA_TBF_*. TCA_TBF_PARMS is a tc_tbf_qopt: | rate: tc_ratespec | peak rate: tc_ratespec | limit u32 | buffer u32 | mtu u32 |,
    // a tc_ratespec | cell_log u8 | linklayer u8 | overhead u16 | cell_align s16 | mpu u16 | rate u32 |.
    private const ushort TbfParameters = 1;
    private const ushort TbfRate64 = 4;
    private const ushort TbfBurst = 6;
    private const int TbfParametersLength = 36;
    private const int TbfRate = 8;
    private const int TbfLimit = 24;
    private const byte LinkLayerEthernet = 1;

    // TCA_U32_*; a tc_u32_sel of 16 bytes and one key of 16, all zeros: it matches everything.
    private const ushort U32Selector = 5;
    private const ushort U32Action = 7;
    private const byte U32Terminal = 1;

    private const ushort ActionFirst = 1;
    private const ushort ActionKind = 1;
    private const ushort ActionOptions = 2;

    // TCA_MIRRED_PARMS: tc_mirred | index u32 | capab u32 | action s32 | refcnt s32 | bindcnt s32 | eaction s32 | ifindex u32 |.
    private const ushort MirredParameters = 2;
    private const int MirredLength = 28;
    private const int MirredLink = 24;
    private const int ActStolen = 4;
    private const int EgressRedirect = 1;

    internal static void WriteHeader(MessageWriter writer, LinkIndex link, uint handle = 0, uint parent = 0, uint info = 0)
    {
        var header = writer.Reserve(HeaderLength);
        MemoryMarshal.Write(header[4..], link.Value);
        MemoryMarshal.Write(header[8..], handle);
        MemoryMarshal.Write(header[12..], parent);
        MemoryMarshal.Write(header[16..], info);
    }

    internal static void WriteBucket(MessageWriter writer, LinkIndex link, TokenBucket bucket)
    {
        WriteHeader(writer, link, parent: Qdisc.Root);
        writer.Text(Kind, "tbf");
        var options = writer.BeginNested(Options);
        var parameters = writer.Attribute(TbfParameters, TbfParametersLength);
        parameters[1] = LinkLayerEthernet;
        MemoryMarshal.Write(parameters[TbfRate..], (uint)Math.Min(bucket.Rate, uint.MaxValue));
        MemoryMarshal.Write(parameters[TbfLimit..], bucket.Limit);
        if (bucket.Rate > uint.MaxValue)
        {
            MemoryMarshal.Write(writer.Attribute(TbfRate64, sizeof(ulong)), bucket.Rate);
        }

        writer.U32(TbfBurst, bucket.Burst);
        writer.EndNested(options);
    }

    internal static void WriteIngress(MessageWriter writer, LinkIndex link)
    {
        WriteHeader(writer, link, IngressHandle, Qdisc.Ingress);
        writer.Text(Kind, "ingress");
    }

    internal static void WriteRedirectionFilter(MessageWriter writer, LinkIndex link) => WriteHeader(writer, link, parent: IngressHandle);

    internal static void WriteRedirection(MessageWriter writer, Redirection redirection)
    {
        // Priority 1; ETH_P_ALL (3) in network order.
        WriteHeader(writer, redirection.From, parent: IngressHandle, info: (1u << 16) | BinaryPrimitives.ReverseEndianness((ushort)3));
        writer.Text(Kind, "u32");
        var options = writer.BeginNested(Options);
        var selector = writer.Attribute(U32Selector, 32);
        (selector[0], selector[2]) = (U32Terminal, 1);
        var actions = writer.BeginNested(U32Action);
        var action = writer.BeginNested(ActionFirst);
        writer.Text(ActionKind, "mirred");
        var mirred = writer.BeginNested(ActionOptions);
        var parameters = writer.Attribute(MirredParameters, MirredLength);
        MemoryMarshal.Write(parameters[8..], ActStolen);
        MemoryMarshal.Write(parameters[20..], EgressRedirect);
        MemoryMarshal.Write(parameters[MirredLink..], redirection.To.Value);
        writer.EndNested(mirred);
        writer.EndNested(action);
        writer.EndNested(actions);
        writer.EndNested(options);
    }

    internal static Qdisc? ParseQdisc(NetlinkMessage message)
    {
        if (message.Type != RouteMessageType.NewQdisc)
        {
            return null;
        }

        var (kind, bucket) = ("", (TokenBucket?)null);
        var reader = new AttributeReader(message.Payload[HeaderLength..]);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case Kind: kind = reader.Text(); break;
                case Options when kind == "tbf": bucket = BucketOf(reader.Nested()); break;
            }
        }

        return new Qdisc(LinkOf(message), kind, MemoryMarshal.Read<uint>(message.Payload[12..])) { Bucket = bucket };
    }

    internal static Redirection? ParseRedirection(NetlinkMessage message)
    {
        if (message.Type != RouteMessageType.NewFilter)
        {
            return null;
        }

        return Find(message.Payload[HeaderLength..], [Options, U32Action, ActionFirst, ActionOptions, MirredParameters]) is { Length: >= MirredLength } parameters
            ? new Redirection(LinkOf(message), new LinkIndex(MemoryMarshal.Read<int>(parameters[MirredLink..])))
            : null;
    }

    private static TokenBucket BucketOf(AttributeReader reader)
    {
        var (rate, limit) = (0ul, 0u);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case TbfParameters when reader.Value.Length >= TbfParametersLength:
                    rate = Math.Max(rate, MemoryMarshal.Read<uint>(reader.Value[TbfRate..]));
                    limit = MemoryMarshal.Read<uint>(reader.Value[TbfLimit..]);
                    break;
                case TbfRate64: rate = MemoryMarshal.Read<ulong>(reader.Value); break;
            }
        }

        return new TokenBucket(rate, 0, limit);
    }

    /// <summary>The value of an attribute within attributes; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ReadOnlySpan<ushort> path)
    {
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            if (reader.Type == path[0])
            {
                return path.Length == 1 ? reader.Value : Find(reader.Value, path[1..]);
            }
        }

        return default;
    }

    private static LinkIndex LinkOf(NetlinkMessage message) => new(MemoryMarshal.Read<int>(message.Payload[4..]));
}
