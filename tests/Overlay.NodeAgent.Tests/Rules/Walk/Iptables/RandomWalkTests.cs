using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Iptables;
using Overlay.NodeAgent.Rules.Iptables.Walk;
using Overlay.NodeAgent.Rules.Walk;
using Overlay.NodeAgent.Tests.Rules.Differential;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Walk.Iptables;

/// <summary>Random tables made into chains, and random packets walked through them: the walk says what <see cref="VerdictTableJudge"/> says of the table.</summary>
public sealed class RandomWalkTests
{
    private const int Tables = 150;
    private const int Packets = 40;
    private const uint FirstGroup = 10001;

    private static readonly WorkloadKey[] Workloads = [new("shop", "app=c"), new("shop", "app=d")];

    [Fact]
    public void The_walk_says_what_the_table_says()
    {
        // A new one each time; what fails names it, and then it can be put here.
        var seed = Random.Shared.Next();
        var random = new RandomTables(seed, wide: false);
        var (allowed, named) = (0, 0);
        for (var table = 0; table < Tables; table++)
        {
            var node = new Node(random, seed + table);
            for (var i = 0; i < Packets; i++)
            {
                var (packet, pod) = (i % 4 == 3 ? random.Leaving() : random.Arriving(), i % 2);
                var (expected, walked) = i % 4 == 3 ? (node.Judge.JudgeExit(Workloads[pod], packet.Judged), node.Leave(packet, pod))
                    : (node.Judge.Judge(Workloads[pod], packet.Tag, packet.Flagged, packet.Judged), node.Arrive(packet, pod));
                var why = $"seed {seed}, table {table}, packet {i}: {packet} to pod {pod}, {walked.Rule}, {string.Join(" > ", walked.Chains)}";
                walked.Verdict.Should().Be(expected.Allowed ? "accept" : node.Refusal, why);
                walked.Rule.Should().NotBeNull(why);
                (allowed, named) = (allowed + (walked.Allowed ? 1 : 0), named + (walked.Allowed && walked.Rule!.Policy is { } policy && policy.StartsWith("shop/", StringComparison.Ordinal) ? 1 : 0));
                (walked.Allowed && !expected.Because.Rules.IsEmpty && walked.Rule!.Policy is null).Should().BeFalse($"what a policy allows is said to be allowed by it: {why}");
                walked.Counters.Should().Contain((i % 4 == 3, walked.Allowed) switch { (true, true) => "left", (true, false) => "exits_denied", (false, true) => "allowed", _ => "denied" }, why);
            }
        }

        allowed.Should().BeInRange(200, (Tables * Packets) - 200);
        named.Should().BeGreaterThan(100);
    }

    /// <summary>What one node's kernel would have been told.</summary>
    private sealed class Node
    {
        private readonly Dictionary<AddressFamily, SavedRules> rules;
        private readonly WantedSets sets;

        internal Node(RandomTables random, int number)
        {
            var settings = new RuleSettings
            {
                DenyAction = number % 2 == 0 ? DenyAction.Drop : DenyAction.Reject,
                Logging = number % 3 == 0 ? new RuleLogging(LoggedConnections.All, LoggedConnections.All, 5, 5) : number % 3 == 1 ? new RuleLogging(LoggedConnections.Asked, LoggedConnections.Asked, 5, 5) : RuleLogging.Off,
            };
            var table = new VerdictTable
            {
                Destinations = [.. Workloads.Select((workload, i) => random.Shape(new Destination(workload) { Pods = [$"uid-{i}"] }))],
                Senders = [.. Workloads.Select((workload, i) => new Sender($"uid-{i}", workload, new Tag((ushort)(100 + i)), false))],
                RestrictedTags = [.. random.SomePods(0.2)],
                AcquaintedTags = [.. random.SomePods(0.3)],
                KnownTags = [.. random.SomePods(0.7)],
            };
            var inputs = new RuleInputs
            {
                Settings = settings,
                Table = table,
                Pods = [.. Workloads.Select((_, i) => new PodWiring($"uid-{i}", new ObjectKey("shop", $"{i}"), $"ovp{i}", PhysicalAddress.Parse("ee:ee:0a:ff:02:04"), [Address(i, false), Address(i, true)]))],
                Underlay = [IPAddress.Parse("192.168.50.1"), IPAddress.Parse("fd00:50::1")],
                Pools = [IPNetwork.Parse("10.255.0.0/16"), IPNetwork.Parse("fd00:255::/48")],
            };
            var rendered = Rendering.Of(RuleCompilation.Compile(inputs, Workloads.Index().ToDictionary(pair => pair.Item, pair => FirstGroup + (uint)pair.Index)));
            (Judge, Refusal) = (new VerdictTableJudge(table), settings.DenyAction == DenyAction.Drop ? "drop" : "reject");
            sets = new WantedSets(rendered.Sets);
            rules = rendered.Families.ToDictionary(family => family.Family, family => SavedRules.Parse(family.Tables.Select(Text)));
        }

        internal VerdictTableJudge Judge { get; }

        internal string Refusal { get; }

        internal WalkResult Arrive(RandomPacket packet, int pod) =>
            Walk(packet, new TriedPacket
            {
                From = "overlay-vtep",
                To = $"ovp{pod}",
                ToGroup = FirstGroup + (uint)pod,
                Mark = packet.Tag.Value | (packet.Flagged ? GbpMark.EgressIsolated : 0),
                Protocol = packet.Protocol,
                SourcePort = packet.Protocol is 1 or 58 ? packet.Port : (ushort)40000,
                DestinationPort = packet.Protocol is 1 or 58 ? (ushort)40000 : packet.Port,
                Source = packet.Elsewhere,
                Destination = Address(pod, packet.Elsewhere.AddressFamily == AddressFamily.InterNetworkV6),
            });

        internal WalkResult Leave(RandomPacket packet, int pod) =>
            Walk(packet, new TriedPacket
            {
                From = $"ovp{pod}",
                FromGroup = FirstGroup + (uint)pod,
                To = "underlay",
                Protocol = packet.Protocol,
                SourcePort = packet.Protocol is 1 or 58 ? packet.Port : (ushort)40000,
                DestinationPort = packet.Protocol is 1 or 58 ? (ushort)40000 : packet.Port,
                Source = Address(pod, packet.Elsewhere.AddressFamily == AddressFamily.InterNetworkV6),
                Destination = packet.Elsewhere,
            });

        private WalkResult Walk(RandomPacket packet, TriedPacket tried) => new IptablesWalk(rules[packet.Elsewhere.AddressFamily], sets, tried).Walk();

        private static IPAddress Address(int pod, bool ipv6) => IPAddress.Parse(ipv6 ? $"fd00:255:0:2::{pod + 4}" : $"10.255.2.{pod + 4}");

        private static string Text(IptablesTable table) =>
            $"*{table.Name}\n"
            + string.Concat(Hook.All.Where(hook => hook.Table == table.Name).Select(hook => $"-A {hook.Chain} {hook.Rule}\n"))
            + string.Concat(table.Chains.Select(chain => $":{chain.Key} - [0:0]\n" + string.Concat(chain.Value.Select(rule => $"[3:180] -A {chain.Key} {rule}\n"))));
    }
}
