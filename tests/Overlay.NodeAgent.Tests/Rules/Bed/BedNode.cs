using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Bed;

/// <summary>A node of the bed: a namespace with an underlay interface, a VTEP with GBP, and the product's own rules.</summary>
internal sealed class BedNode : IDisposable
{
    public const string Underlay = "eth0";
    public const string Vtep = "overlay-vtep";

    public BedNode(int number, NetworkNamespace inside, string name, BedBackend backend)
    {
        (Number, Inside, Name, Backend) = (number, inside, name, backend);
        Routes = RouteSocket.Open(inside);
        Tables = NfTablesSocket.Open(inside);
        Rules = NewRules();
    }

    public int Number { get; }

    public string Name { get; }

    public NetworkNamespace Inside { get; }

    public BedBackend Backend { get; }

    public RouteSocket Routes { get; }

    /// <summary>For assertions: not the one the rules use.</summary>
    public NfTablesSocket Tables { get; }

    public NodeRules Rules { get; private set; }

    public RuleSettings Settings { get; set; } = new();

    public List<BedPod> Pods { get; } = [];

    public List<Api.Wire.Tag> Restricted { get; } = [];

    public List<Api.Wire.Tag> Acquainted { get; } = [];

    public List<Api.Wire.Tag> Known { get; } = [];

    public WatchedConnections Watched { get; set; } = WatchedConnections.None;

    public IPAddress UnderlayAddress => new([192, 168, 50, (byte)Number]);

    public IPAddress UnderlayAddress6 => IPAddress.Parse($"fd00:50::{Number}");

    public IPAddress VtepAddress4 => new([10, 255, (byte)Number, 0]);

    public IPAddress VtepAddress6 => IPAddress.Parse($"fd00:255:0:{Number}::");

    public PhysicalAddress VtepMac => new([0x0e, 0, 0, 0, 0, (byte)Number]);

    public RuleInputs Inputs =>
        new()
        {
            Settings = Settings,
            Table = new VerdictTable
            {
                Destinations = [.. Pods.GroupBy(pod => pod.Workload).Select(pods => pods.First().Destination with { Pods = [.. pods.Select(pod => pod.Uid)] })],
                Senders = [.. Pods.Select(pod => pod.Sender)],
                RestrictedTags = [.. Restricted],
                AcquaintedTags = [.. Acquainted],
                KnownTags = [.. Known],
                Watched = Watched,
            },
            Pods = [.. Pods.Where(pod => pod.IsWired).Select(pod => pod.Wiring)],
            Underlay = UnderlayOfAll,
            OwnUnderlay = [UnderlayAddress, UnderlayAddress6],
            Pools = [IPNetwork.Parse("10.255.0.0/16"), IPNetwork.Parse("fd00:255::/48")],
            MasqueradeExceptions = MasqueradeExceptions,
        };

    public ImmutableArray<IPAddress> UnderlayOfAll { get; set; } =
        [IPAddress.Parse("192.168.50.1"), IPAddress.Parse("192.168.50.2"), IPAddress.Parse("fd00:50::1"), IPAddress.Parse("fd00:50::2")];

    public ImmutableArray<IPNetwork> MasqueradeExceptions { get; set; } = [];

    public Task<RuleChanges> ApplyAsync() => Rules.ApplyAsync(Inputs, TestContext.Current.CancellationToken);

    /// <summary>As after the restart of an agent that had the time to look at what it wrote: nothing is remembered but what the kernel holds.</summary>
    public async Task RestartAsync()
    {
        await Rules.RepairAsync(TestContext.Current.CancellationToken);
        Rules.Dispose();
        Rules = NewRules();
    }

    public long Counter(string name) => Rules.ReadCounters().Single(counter => counter.Name == name).Packets;

    /// <summary>Our rules as the kernel's tool prints them.</summary>
    public string ListRules() => Backend == BedBackend.Nftables ? Run("nft", "list", "table", "inet", "overlay") : Run($"iptables{Variant}-save") + Run("ipset", "save");

    /// <summary>Which iptables it is, if it is one.</summary>
    public string Variant => Backend == BedBackend.Iptables ? "-nft" : "-legacy";

    /// <summary>How many programs the iptables backend started.</summary>
    public int Started { get; set; }

    /// <summary>Which of them fail: by name and standard input.</summary>
    public Func<string, string, bool> Refuse { get; set; } = (_, _) => false;

    /// <summary>Runs a program in this node.</summary>
    public string Run(string program, params string[] arguments) => Command.Run(["ip", "netns", "exec", Name, program, .. arguments]);

    public void Dispose()
    {
        Rules.Dispose();
        Routes.Dispose();
        Tables.Dispose();
        Inside.Dispose();
    }

    private NodeRules NewRules() => new(NewBackend(), new VethGroups(Routes, "ovp"), NullLogger.Instance, TimeProvider.System);

    private IRuleBackend NewBackend()
    {
        string[] inside = ["ip", "netns", "exec", Name];
        return Backend switch
        {
            BedBackend.Nftables => new NftablesBackend(new NftTool("nft", inside), Inside),
            _ => new IptablesBackend(new WatchedTools(new Tools(inside), this), Variant, Inside),
        };
    }

    private sealed class WatchedTools(ITools tools, BedNode node) : ITools
    {
        public Task<ToolResult?> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken stop)
        {
            node.Started++;
            return node.Refuse(program, input) ? Task.FromResult<ToolResult?>(new ToolResult(4, "", "refused by the test")) : tools.RunAsync(program, arguments, input, stop);
        }
    }
}
