using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Differential;

/// <summary>A packet between a pod of the bed and an address elsewhere, and the answer to it, as frames; each carries its number at its end.</summary>
/// <param name="Number">Told apart by it; also its client port or ICMP identifier, so that each begins a connection.</param>
/// <param name="Protocol">The number in the IP header.</param>
/// <param name="Port">The server's port, or ICMP's type and code.</param>
/// <param name="Pod">The local pod.</param>
/// <param name="Elsewhere">The other address.</param>
/// <param name="Tag">The sender's tag, where the pod is the destination.</param>
/// <param name="Flagged">Whether it says that its sender's egress is isolated.</param>
internal sealed record TestPacket(int Number, byte Protocol, ushort Port, BedPod Pod, IPAddress Elsewhere, Tag Tag, bool Flagged)
{
    private const uint Magic = 0x6f76_6c79;

    private bool IsIcmp => Protocol is 1 or 58;

    private IPAddress PodAddress => Pod.Address(Elsewhere.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);

    /// <summary>What the table is asked.</summary>
    public JudgedPacket Judged => new(IpProtocols.FromNumber(Protocol), Port, Elsewhere);

    /// <summary>Whether an answer to it exists that conntrack takes for one.</summary>
    public bool HasAnswer => Protocol != 132 && (!IsIcmp || AnswerType is not null);

    /// <summary>What conntrack tells its connection by: a protocol that it does not know has addresses only.</summary>
    public object Flow => Protocol is 6 or 17 or 132 || IsIcmp ? Number : (Protocol, Elsewhere, Pod.Name);

    private byte? AnswerType => (Protocol, Port >> 8) switch { (1, 8) => 0, (1, 13) => 14, (58, 128) => 129, _ => null };

    /// <summary>From elsewhere to the pod.</summary>
    public byte[] In(PhysicalAddress from, PhysicalAddress to) => Frame.Ip(from, to, Elsewhere, PodAddress, Protocol, Payload(answer: false), ChecksumAt);

    /// <summary>The pod's answer to that.</summary>
    public byte[] Answer() => Frame.Ip(Pod.Mac, Pod.HostMac, PodAddress, Elsewhere, Protocol, Payload(answer: true), ChecksumAt);

    /// <summary>From the pod to elsewhere.</summary>
    public byte[] Out() => Frame.Ip(Pod.Mac, Pod.HostMac, PodAddress, Elsewhere, Protocol, Payload(answer: false), ChecksumAt);

    /// <summary>The answer to that from elsewhere.</summary>
    public byte[] Returned(PhysicalAddress from, PhysicalAddress to) => Frame.Ip(from, to, Elsewhere, PodAddress, Protocol, Payload(answer: true), ChecksumAt);

    /// <summary>The number that a captured frame carries.</summary>
    public static int? NumberOf(ReadOnlySpan<byte> frame) =>
        frame.Length > 8 && BinaryPrimitives.ReadUInt32BigEndian(frame[^8..]) == Magic ? BinaryPrimitives.ReadInt32BigEndian(frame[^4..]) : null;

    public override string ToString() =>
        IsIcmp ? $"#{Number} {Elsewhere} {Pod}: protocol {Protocol} type {Port >> 8} code {Port & 0xff}, tag {Tag}{(Flagged ? " flagged" : "")}"
            : $"#{Number} {Elsewhere} {Pod}: protocol {Protocol} port {Port}, tag {Tag}{(Flagged ? " flagged" : "")}";

    private int? ChecksumAt => Protocol switch { 1 or 58 => 2, 6 => 16, 17 => 6, _ => null };

    private byte[] Payload(bool answer)
    {
        var client = (ushort)(10000 + (Number % 50000));
        var (source, destination) = answer ? (Port, client) : (client, Port);
        byte[] ports = [(byte)(source >> 8), (byte)source, (byte)(destination >> 8), (byte)destination];
        byte[] header = Protocol switch
        {
            1 or 58 => [answer ? AnswerType!.Value : (byte)(Port >> 8), (byte)Port, 0, 0, (byte)(client >> 8), (byte)client, 0, 1],
            6 => answer
                ? [.. ports, 0, 0, 0, 9, 0, 0, 0, 2, 0x50, 0x12, 0xff, 0, 0, 0, 0, 0] // SYN and ACK
                : [.. ports, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 0xff, 0, 0, 0, 0, 0],
            17 => [.. ports, 0, 16, 0, 0],
            132 => [.. ports, 0, 0, 0, 0, 0, 0, 0, 0],
            _ => [0, 80, 0, 80],
        };
        var payload = new byte[header.Length + 8];
        header.CopyTo(payload, 0);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(header.Length), Magic);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(header.Length + 4), Number);
        return payload;
    }
}
