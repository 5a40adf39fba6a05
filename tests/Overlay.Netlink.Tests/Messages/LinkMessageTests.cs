using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink.Tests.Messages;

/// <summary>What goes to the kernel, byte by byte, on a little-endian machine. Sequence number and acknowledgement come at sending.</summary>
public sealed class LinkMessageTests
{
    [Fact]
    public void A_veth_pair()
    {
        var batch = new RouteBatch().CreateVeth(new VethPair
        {
            Name = "ovp1",
            PeerName = "eth0",
            PeerMacAddress = PhysicalAddress.Parse("EE-EE-0A-FF-01-04"),
            Mtu = 1450,
            Group = 10_007,
            NoArp = true,
            Up = true,
        });
        batch.Requests.Writer.Written.ShouldBe("""
            84000000 1000 0106 00000000 00000000    # nlmsghdr: 132 bytes, RTM_NEWLINK, REQUEST | EXCL | CREATE
            00 00 0000 00000000 81000000 81000000   # ifinfomsg: flags and change IFF_UP | IFF_NOARP
            0900 0300 6f76703100 000000             # IFLA_IFNAME "ovp1"
            0800 0400 aa050000                      # IFLA_MTU 1450
            0800 1b00 17270000                      # IFLA_GROUP 10007
            4800 1280                               # IFLA_LINKINFO, nested
            0900 0100 7665746800 000000             #   IFLA_INFO_KIND "veth"
            3800 0280                               #   IFLA_INFO_DATA, nested
            3400 0180                               #     VETH_INFO_PEER, nested
            00 00 0000 00000000 80000000 80000000   #       ifinfomsg: IFF_NOARP only
            0900 0300 6574683000 000000             #       IFLA_IFNAME "eth0"
            0800 0400 aa050000                      #       IFLA_MTU 1450
            0a00 0100 eeee0aff0104 0000             #       IFLA_ADDRESS
            """);
    }

    [Fact]
    public void A_vxlan_device()
    {
        var batch = new RouteBatch().CreateVxlan(new VxlanDevice
        {
            Name = "overlay-vtep",
            Attributes = new VxlanAttributes { Vni = 1, Local = IPAddress.Parse("192.0.2.1") },
            MacAddress = PhysicalAddress.Parse("0E-00-00-00-00-01"),
            Up = true,
        });
        batch.Requests.Writer.Written.ShouldBe("""
            98000000 1000 0106 00000000 00000000
            00 00 0000 00000000 01000000 01000000
            1100 0300 6f7665726c61792d7674657000 000000     # IFLA_IFNAME "overlay-vtep"
            0a00 0100 0e0000000001 0000                     # IFLA_ADDRESS, at creation
            5800 1280                                       # IFLA_LINKINFO
            0a00 0100 76786c616e00 0000                     #   IFLA_INFO_KIND "vxlan"
            4800 0280                                       #   IFLA_INFO_DATA
            0800 0100 01000000                              #     ID 1
            0800 0400 c0000201                              #     LOCAL 192.0.2.1
            0600 0f00 12b5 0000                             #     PORT 4789, big-endian
            0500 0500 00 000000                             #     TTL 0: the default
            0500 0700 00 000000                             #     LEARNING off
            0500 1200 00 000000                             #     UDP_CSUM off
            0500 1300 00 000000                             #     UDP_ZERO_CSUM6_TX off
            0500 1400 00 000000                             #     UDP_ZERO_CSUM6_RX off
            0400 1700                                       #     GBP, a flag
            """);
    }

    [Fact]
    public void A_change_carries_only_what_it_names() =>
        new RouteBatch().ChangeLink(new LinkIndex(5), new LinkChange { Group = 10_008 }).Requests.Writer.Written.ShouldBe("""
            28000000 1000 0100 00000000 00000000
            00 00 0000 05000000 00000000 00000000
            0800 1b00 18270000
            """);

    [Fact]
    public void A_new_name_comes_after_down()
    {
        var batch = new RouteBatch().ChangeLink(new LinkIndex(7), new LinkChange { Up = false, Name = "ovp2" });
        batch.Requests.Writer.Written.ShouldBe("""
            20000000 1000 0100 00000000 00000000
            00 00 0000 07000000 00000000 01000000   # ifinfomsg: IFF_UP taken away
            2c000000 1000 0100 00000000 00000000
            00 00 0000 07000000 00000000 01000000
            0900 0300 6f76703200 000000             # IFLA_IFNAME "ovp2"
            """);
    }
}
