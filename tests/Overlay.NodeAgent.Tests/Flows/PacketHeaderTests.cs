using System.Net;
using System.Net.NetworkInformation;
using FsCheck.Xunit;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Flows;

public sealed class PacketHeaderTests
{
    private static readonly PhysicalAddress Mac = new([2, 0, 0, 0, 0, 1]);

    [Theory]
    [InlineData("10.255.1.4", "10.255.2.7")]
    [InlineData("fd00:255::4", "fd00:255::7")]
    public void Addresses_and_ports_are_read(string from, string to)
    {
        var packet = Frame.Udp(Mac, Mac, new IPEndPoint(IPAddress.Parse(from), 4000), new IPEndPoint(IPAddress.Parse(to), 53), "question"u8).AsSpan(14);

        var header = PacketHeader.Read(packet)!;

        (header.Source, header.Destination, header.Protocol).Should().Be((IPAddress.Parse(from), IPAddress.Parse(to), IpProtocol.UDP));
        (header.SourcePort, header.DestinationPort).Should().Be(((ushort)4000, (ushort)53));
    }

    [Fact]
    public void A_later_fragment_has_no_ports()
    {
        var packet = Frame.Udp(Mac, Mac, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 4000), new IPEndPoint(IPAddress.Parse("10.0.0.2"), 53), "question"u8).AsSpan(14).ToArray();
        packet[7] = 8;

        PacketHeader.Read(packet)!.DestinationPort.Should().BeNull();
    }

    [Fact]
    public void Extension_headers_are_passed_over()
    {
        byte[] packet = [0x60, 0, 0, 0, 0, 12, 0, 64, .. IPAddress.Parse("fd00::1").GetAddressBytes(), .. IPAddress.Parse("fd00::2").GetAddressBytes(), 6, 0, 1, 4, 0, 0, 0, 0, 0x1f, 0x90, 0, 80];

        var header = PacketHeader.Read(packet)!;

        (header.Protocol, header.SourcePort, header.DestinationPort).Should().Be((IpProtocol.TCP, (ushort)8080, (ushort)80));
    }

    [Fact]
    public void An_echo_answers_an_echo_request()
    {
        byte[] packet = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];

        var question = PacketHeader.Read(packet)!.Turned();

        (question.Source, question.DestinationPort).Should().Be((IPAddress.Parse("10.0.0.2"), IpProtocols.IcmpKey(8, 0)));
    }

    /// <summary>The bytes are a pod's own.</summary>
    [Property(MaxTest = 5000)]
    public void Any_bytes_are_read_without_an_exception(byte version, byte[] bytes)
    {
        _ = PacketHeader.Read(bytes);
        byte[] packet = [(byte)((version % 2 == 0 ? 0x40 : 0x60) | (version >> 4)), .. bytes, .. bytes, .. bytes];
        for (var length = 0; length <= packet.Length; length++)
        {
            _ = PacketHeader.Read(packet.AsSpan(0, length));
        }
    }
}
