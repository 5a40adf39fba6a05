using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Underlay;

/// <summary>What a lab has of one address family.</summary>
/// <param name="Network">The underlay: the switch has its first address, nodes the ones from 11 on.</param>
/// <param name="Pool">Where the pods' addresses come from.</param>
/// <param name="NodePrefixLength">Of each node's subnet.</param>
public sealed record LabFamily(IPNetwork Network, IPNetwork Pool, int NodePrefixLength)
{
    /// <summary>IPv4.</summary>
    public static readonly LabFamily IPv4 = new(IPNetwork.Parse("192.168.77.0/24"), IPNetwork.Parse("10.255.0.0/16"), 24);

    /// <summary>IPv6, of addresses for use at one site (RFC 4193).</summary>
    public static readonly LabFamily IPv6 = new(IPNetwork.Parse("fd00:77::/64"), IPNetwork.Parse("fd00:255::/48"), 64);

    /// <summary>The switch's address, that is the API server's and that of the world outside.</summary>
    public IPAddress Switch => Address(1);

    /// <summary>Which family it is.</summary>
    public AddressFamily Family => Network.BaseAddress.AddressFamily;

    /// <summary>A node's address.</summary>
    /// <param name="number">The node's number, from 1 to 200.</param>
    public IPAddress Node(int number) => Address((byte)(10 + number));

    /// <summary>The pool as an OverlayNetwork lists it.</summary>
    internal JsonObject ToPool() => new() { ["cidr"] = Pool.ToString(), ["nodePrefixLength"] = NodePrefixLength };

    private IPAddress Address(byte last)
    {
        var bytes = Network.BaseAddress.GetAddressBytes();
        bytes[^1] = last;
        return new IPAddress(bytes);
    }

    /// <summary>The underlay, as <c>192.168.77.0/24</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Network}");
}
