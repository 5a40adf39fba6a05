using System.Net;
using System.Net.NetworkInformation;

namespace Overlay.Netlink.Tests.Messages;

public sealed class RouteMessageTests
{
    private static readonly LinkIndex Link = new(5);
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("EE-EE-0A-FF-02-00");

    [Fact]
    public void An_address() =>
        new RouteBatch().AddAddress(new InterfaceAddress(Link, IPAddress.Parse("10.255.1.4"), 32)).Requests.Writer.Written.ShouldBe("""
            28000000 1400 0106 00000000 00000000
            02 20 00 00 05000000                    # ifaddrmsg: AF_INET /32
            0800 0200 0aff0104                      # IFA_LOCAL
            0800 0100 0aff0104                      # IFA_ADDRESS
            """);

    [Fact]
    public void An_ipv6_address_without_duplicate_detection()
    {
        var address = new InterfaceAddress(Link, IPAddress.Parse("fd00:255:1::4"), 128) { NoDuplicateDetection = true };
        new RouteBatch().ReplaceAddress(address).Requests.Writer.Written.ShouldBe("""
            48000000 1400 0105 00000000 00000000
            0a 80 00 00 05000000
            1400 0200 fd000255000100000000000000000004
            1400 0100 fd000255000100000000000000000004
            0800 0800 02000000                      # IFA_FLAGS IFA_F_NODAD
            """);
    }

    [Fact]
    public void A_route_by_an_onlink_gateway()
    {
        var route = Route.Through(IPNetwork.Parse("10.255.2.0/24"), IPAddress.Parse("10.255.2.0"), Link, onLink: true) with { Source = IPAddress.Parse("10.255.1.0") };
        new RouteBatch().ReplaceRoute(route).Requests.Writer.Written.ShouldBe("""
            44000000 1800 0105 00000000 00000000    # RTM_NEWROUTE, REQUEST | REPLACE | CREATE
            02 18 00 00 fe 4f 00 01 04000000        # rtmsg: /24, table main, protocol 79, scope universe, unicast, RTNH_F_ONLINK
            0800 0100 0aff0200                      # RTA_DST
            0800 0400 05000000                      # RTA_OIF
            0800 0500 0aff0200                      # RTA_GATEWAY
            0800 0700 0aff0100                      # RTA_PREFSRC
            0800 0f00 fe000000                      # RTA_TABLE
            """);
    }

    [Fact]
    public void Removing_a_route_names_no_scope() =>
        new RouteBatch().DeleteRoute(Route.To(IPAddress.Parse("10.255.1.4"), Link)).Requests.Writer.Written.ShouldBe("""
            34000000 1900 0100 00000000 00000000
            02 20 00 00 fe 4f ff 01 00000000
            0800 0100 0aff0104
            0800 0400 05000000
            0800 0f00 fe000000
            """);

    [Fact]
    public void A_permanent_neighbour() =>
        new RouteBatch().ReplaceNeighbour(new Neighbour(Link, IPAddress.Parse("10.255.2.0"), Mac)).Requests.Writer.Written.ShouldBe("""
            30000000 1c00 0105 00000000 00000000
            02 000000 05000000 8000 00 00           # ndmsg: NUD_PERMANENT
            0800 0100 0aff0200                      # NDA_DST
            0a00 0200 eeee0aff0200 0000             # NDA_LLADDR
            """);

    [Fact]
    public void A_forwarding_entry() =>
        new RouteBatch().ReplaceForwardingEntry(new ForwardingEntry(Link, Mac, IPAddress.Parse("192.0.2.2"))).Requests.Writer.Written.ShouldBe("""
            30000000 1c00 0105 00000000 00000000
            07 000000 05000000 8000 02 00           # AF_BRIDGE, NUD_PERMANENT, NTF_SELF
            0a00 0200 eeee0aff0200 0000
            0800 0100 c0000202
            """);
}
