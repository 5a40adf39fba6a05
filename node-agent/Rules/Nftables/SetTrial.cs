using System.Net;
using System.Net.Sockets;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// Tries, in network namespaces made for it, whether the kernel's sets of intervals (net/netfilter/nft_set_pipapo*.c) do what the rules ask of them.
/// Versions do not tell: distributions take fixes over under numbers of their own, and some faults are of some processors only.
/// </summary>
/// <param name="nft">Loads what is tried.</param>
internal sealed class SetTrial(INftTool nft)
{
    /// <summary>A block that a set has.</summary>
    internal const string Block = "fd00:0:1ff::/48";

    /// <summary>The block beside it, which the set has not.</summary>
    internal const string Neighbour = "fd00:0:1fe::/48";

    /// <summary>Each range is six prefixes; the fault shows above 256 of them, the bits that AVX2 takes at once.</summary>
    private const int Ranges = 80;

    private static readonly TableName Table = new(NfFamily.Inet, "overlay-trial");

    private static readonly IPEndPoint Stranger = new(IPNetwork.Parse(Neighbour).BaseAddress, 9);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a packet to a neighbouring block is no match. Before e042ed950d4e ("nft_set_pipapo: fix incorrect avx2 match of 5th field octet", Linux 6.15,
    /// 6.1.135, 5.10.237) the look-up for processors with AVX2 forgets an IPv6 address' sixth byte.
    /// </summary>
    /// <param name="block">What the set has.</param>
    /// <returns>Null: it could not be tried, as where there is no IPv6.</returns>
    public bool? TellsBlocksApart(string block = Block) => Try(inside =>
    {
        using var routes = RouteSocket.Open(inside);
        routes.Apply(new RouteBatch()
            .ChangeLink(LinkIndex.Loopback, new LinkChange { Up = true })
            .AddAddress(new InterfaceAddress(LinkIndex.Loopback, Stranger.Address, 128) { NoDuplicateDetection = true }));
        Load(inside, BlockText(block));
        using var tables = NfTablesSocket.Open(inside);
        using var socket = inside.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp));
        socket.SendTo("?"u8, Stranger);
        ulong Count(string counter) => tables.NamedCounters(Table).Single(c => c.Name == counter).Value.Packets;
        return SpinWait.SpinUntil(() => Count("arrived") > 0, Patience) ? Count("matched") == 0 : null;
    });

    /// <summary>
    /// Whether two workloads may have the same address ranges, when they are many. Before "netfilter: nf_set_pipapo: fix initial map fill" (CVE-2024-57947,
    /// Linux 6.11, 6.1.103, 5.10.247) the second's seem to be there already (EEXIST).
    /// </summary>
    /// <returns>Null: it could not be tried.</returns>
    public bool? SharesRanges() => Takes(RangeText(1), RangeText(2));

    /// <summary>
    /// Whether the kernel takes what this nft writes of protocols in sets of intervals. Before 1.1.0 (9fe58952c45a, "evaluate: skip byteorder conversion for
    /// selector smaller than 2 bytes") it turns two bytes of one around, which bb061d3de417 ("netfilter: nft_byteorder: remove multi-register support",
    /// Linux 7.1, 6.12.115) refuses (EOPNOTSUPP).
    /// </summary>
    /// <returns>Null: it could not be tried.</returns>
    public bool? TakesProtocols() => Takes(LookUpText("mark . inet_service", "meta mark . th dport"), LookUpText("inet_proto . inet_service", "meta l4proto . th dport"));

    /// <summary>Whether the kernel takes the second text, if it takes the first, which is like it but for what is tried.</summary>
    private bool? Takes(string first, string second) => Try(inside =>
    {
        Load(inside, first);
        try
        {
            Load(inside, second);
            return true;
        }
        catch (RulesException)
        {
            return false;
        }
    });

    private static bool? Try(Func<NetworkNamespace, bool?> trial)
    {
        try
        {
            using var inside = NetworkNamespace.CreateUnnamed();
            return trial(inside);
        }
        catch (Exception error) when (error is NetlinkException or RulesException or SocketException)
        {
            return null;
        }
    }

    /// <summary>A process begins in the namespace of the thread that starts it.</summary>
    private void Load(NetworkNamespace inside, string text) => inside.Run(() => nft.LoadAsync(text, CancellationToken.None).GetAwaiter().GetResult());

    /// <summary>The key is that of the rules' own set of address blocks (<c>addresses6</c>).</summary>
    private static string BlockText(string block) => $$"""
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

    /// <summary>As <c>addresses4</c>.</summary>
    private static string RangeText(int workload) => $$"""
        table {{Table}} {
            set ranges {
                type devgroup . mark . ipv4_addr . inet_proto . inet_service
                flags interval
                elements = { {{string.Join(", ", Enumerable.Range(0, Ranges).Select(i => $"{workload} . 0x4 . 192.0.{i}.1-192.0.{i}.14 . 6 . 80"))}} }
            }
        }
        """;

    private static string LookUpText(string type, string key) => $$"""
        table {{Table}}
        delete table {{Table}}
        table {{Table}} {
            set looked {
                type {{type}}
                flags interval
            }
            chain arriving {
                type filter hook input priority 0;
                {{key}} @looked accept
            }
        }
        """;
}
