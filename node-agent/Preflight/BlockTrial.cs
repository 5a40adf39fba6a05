using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Preflight;

/// <summary>
/// Tries, with a packet in a network namespace made for it, whether nftables tells neighbouring IPv6 blocks apart. Before e042ed950d4e ("nft_set_pipapo:
/// fix incorrect avx2 match of 5th field octet", Linux 6.15, 6.1.135) the look-up for processors with AVX2 forgets an address' sixth byte.
/// Versions do not tell: distributions take fixes over under numbers of their own, and other processors were never concerned.
/// </summary>
/// <param name="nft">Loads what is tried.</param>
internal sealed class BlockTrial(INftTool nft)
{
    /// <summary>A block that a set has.</summary>
    internal const string Block = "fd00:0:1ff::/48";

    /// <summary>The block beside it, which the set has not.</summary>
    internal const string Neighbour = "fd00:0:1fe::/48";

    private static readonly TableName Table = new(NfFamily.Inet, "overlay-trial");

    private static readonly IPEndPoint Stranger = new(IPNetwork.Parse(Neighbour).BaseAddress, 9);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Tries; takes some 20 ms.</summary>
    /// <param name="block">What the set has.</param>
    /// <returns>Whether the neighbour's packet was no match; null: it could not be tried, as where there is no IPv6.</returns>
    public bool? TellsApart(string block = Block)
    {
        try
        {
            using var inside = NetworkNamespace.CreateUnnamed();
            using var routes = RouteSocket.Open(inside);
            routes.Apply(new RouteBatch()
                .ChangeLink(LinkIndex.Loopback, new LinkChange { Up = true })
                .AddAddress(new InterfaceAddress(LinkIndex.Loopback, Stranger.Address, 128) { NoDuplicateDetection = true }));

            // A process begins in the namespace of the thread that starts it.
            inside.Run(() => nft.LoadAsync(Text(block), CancellationToken.None).GetAwaiter().GetResult());
            return Judge(inside);
        }
        catch (Exception error) when (error is NetlinkException or RulesException or SocketException)
        {
            return null;
        }
    }

    private static bool? Judge(NetworkNamespace inside)
    {
        using var tables = NfTablesSocket.Open(inside);
        using var socket = inside.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp));
        socket.SendTo("?"u8, Stranger);
        ulong Count(string counter) => tables.NamedCounters(Table).Single(c => c.Name == counter).Value.Packets;
        return SpinWait.SpinUntil(() => Count("arrived") > 0, Patience) ? Count("matched") == 0 : null;
    }

    /// <summary>The key is that of the rules' own set of address blocks (<c>addresses6</c>).</summary>
    private static string Text(string block) => $$"""
        table {{Table}} {
            set blocks {
                type devgroup . mark . ipv6_addr . inet_proto . inet_service
                flags interval
                elements = { 0 . 0x0 . {{block}} . 17 . {{Stranger.Port}} }
            }
            counter matched { }
            counter arrived { }
            chain arriving {
                type filter hook input priority 0;
                meta iifgroup . meta mark . ip6 daddr . meta l4proto . udp dport @blocks counter name matched
                udp dport {{Stranger.Port}} counter name arrived
            }
        }
        """;
}
