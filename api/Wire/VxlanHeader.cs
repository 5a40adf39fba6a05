using System.Buffers.Binary;

namespace Overlay.Api.Wire;

/// <summary>The VXLAN header with Group Based Policy (RFC 7348 section 5; draft-smith-vxlan-group-policy section 2.1), 8 bytes.</summary>
/// <remarks>
/// <code>
///  |G|R|R|R|I|R|R|R|R|D|R|R|A|R|R|R|        Group Policy ID        |
///  |          VXLAN Network Identifier (VNI)         |   Reserved   |
/// </code>
/// </remarks>
/// <param name="HasGroup">G: the group id is valid. A packet with mark 0 is sent without.</param>
/// <param name="Tag">The group id, that is the sender's tag.</param>
/// <param name="EgressIsolated">D, "don't learn": the sender's egress is isolated by a policy.</param>
/// <param name="Vouched">A, "policy applied": a reply that its node vouches for.</param>
/// <param name="Vni">The network identifier.</param>
/// <param name="Bytes">The header as captured.</param>
public sealed record VxlanHeader(bool HasGroup, Tag Tag, bool EgressIsolated, bool Vouched, int Vni, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Its length.</summary>
    public const int Length = 8;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">What follows the outer UDP header.</param>
    public static VxlanHeader Parse(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        return new VxlanHeader(
            (span[0] & 0x80) != 0,
            new Tag(BinaryPrimitives.ReadUInt16BigEndian(span[2..])),
            (span[1] & 0x40) != 0,
            (span[1] & 0x08) != 0,
            (int)(BinaryPrimitives.ReadUInt32BigEndian(span[4..]) >> 8),
            bytes[..Length]);
    }

    /// <summary>The bytes in hexadecimal, in pairs.</summary>
    public string Hex => string.Join(' ', Bytes.ToArray().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}
