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

    private static readonly Tag[] Tags = [new(16), new(0x1abc)];
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
                var (leaves, pod) = (i % 5 == 0, i % 2);
                var (packet, expected, walked) = (i % 5) switch
                {
                    0 => node.Leave(random.Leaving(), pod),
                    1 => node.Enter(random.Leaving(), pod),
                    2 => node.Cross(random.Arriving(), pod),
                    _ => node.Arrive(random.Arriving(), pod),
                };
                var why = $"seed {seed}, table {table}, packet {i}: {packet} to pod {pod}, {walked.Rule}, {string.Join(" > ", walked.Chains)}";
                walked.Verdict.Should().Be(expected.Allowed ? "accept" : node.Refusal, why);
                walked.Rule.Should().NotBeNull(why);
                (allowed, named) = (allowed + (walked.Allowed ? 1 : 0), named + (walked.Allowed && walked.Rule!.Policy is { } policy && policy.StartsWith("shop/", StringComparison.Ordinal) ? 1 : 0));
                (walked.Allowed && !expected.Because.Rules.IsEmpty && walked.Rule!.Policy is null).Should().BeFalse($"what a policy allows is said to be allowed by it: {why}");
                walked.Counters.Should().Contain((leaves, walked.Allowed) switch { (true, true) => "left", (true, false) => "exits_denied", (false, true) => "allowed", _ => "denied" }, why);
            }
        }

        allowed.Should().BeInRange(200, (Tables * Packets) - 200);
        named.Should().BeGreaterThan(100);
    }

    /// <summary>What one node's kernel would have been told, with two pods on it.</summary>
    private sealed class Node
    {
        private readonly Dictionary<AddressFamily, SavedRules> rules;
        private readonly WantedSets sets;
        private readonly VerdictTableJudge judge;

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
                Senders = [.. Workloads.Select((workload, i) => new Sender($"uid-{i}", workload, Tags[i], Isolated(i)))],
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
            (judge, Refusal) = (new VerdictTableJudge(table), settings.DenyAction == DenyAction.Drop ? "drop" : "reject");
            sets = new WantedSets(rendered.Sets);
            rules = rendered.Families.ToDictionary(family => family.Family, family => SavedRules.Parse(family.Tables.Select(Text)));
        }

        internal string Refusal { get; }

        /// <summary>From another node, out of the VTEP.</summary>
        internal Walked Arrive(RandomPacket packet, int pod) =>
            To(pod, packet, judge.Judge(Workloads[pod], packet.Tag, packet.Flagged, packet.Judged), "overlay-vtep", 0, packet.Tag.Value | (packet.Flagged ? GbpMark.EgressIsolated : 0));

        /// <summary>From outside of the overlay.</summary>
        internal Walked Enter(RandomPacket packet, int pod) => To(pod, packet, judge.Judge(Workloads[pod], Tag.Outside, false, packet.Judged), "underlay", 0, 0);

        /// <summary>From the other pod of the node: as whom it sends the rules find out.</summary>
        internal Walked Cross(RandomPacket packet, int pod)
        {
            var (other, ipv6) = (1 - pod, packet.Elsewhere.AddressFamily == AddressFamily.InterNetworkV6);
            packet = packet with { Elsewhere = Address(other, ipv6) };
            return To(pod, packet, judge.Judge(Workloads[pod], Tags[other], Isolated(other), packet.Judged), $"ovp{other}", FirstGroup + (uint)other, 0);
        }

        /// <summary>From a pod out of the overlay.</summary>
        internal Walked Leave(RandomPacket packet, int pod)
        {
            var own = Address(pod, packet.Elsewhere.AddressFamily == AddressFamily.InterNetworkV6);
            return Walk(packet, judge.JudgeExit(Workloads[pod], packet.Judged), Tried(packet, own, packet.Elsewhere) with { From = $"ovp{pod}", FromGroup = FirstGroup + (uint)pod, To = "underlay" });
        }

        private Walked To(int pod, RandomPacket packet, Verdict expected, string from, uint group, uint mark)
        {
            var own = Address(pod, packet.Elsewhere.AddressFamily == AddressFamily.InterNetworkV6);
            return Walk(packet, expected, Tried(packet, packet.Elsewhere, own) with { From = from, FromGroup = group, To = $"ovp{pod}", ToGroup = FirstGroup + (uint)pod, Mark = mark });
        }

        private static TriedPacket Tried(RandomPacket packet, IPAddress source, IPAddress destination) =>
            new()
            {
                From = "",
                To = "",
                Protocol = packet.Protocol,
                SourcePort = packet.Protocol is 1 or 58 ? packet.Port : (ushort)40000,
                DestinationPort = packet.Protocol is 1 or 58 ? (ushort)40000 : packet.Port,
                Source = source,
                Destination = destination,
            };

        private Walked Walk(RandomPacket packet, Verdict expected, TriedPacket tried) => new(packet, expected, new IptablesWalk(rules[packet.Elsewhere.AddressFamily], sets, tried).Walk());

        /// <summary>Whether policies isolate a pod's egress.</summary>
        private static bool Isolated(int pod) => pod == 1;

        private static IPAddress Address(int pod, bool ipv6) => IPAddress.Parse(ipv6 ? $"fd00:255:0:2::{pod + 4}" : $"10.255.2.{pod + 4}");

        private static string Text(IptablesTable table) =>
            $"*{table.Name}\n"
            + string.Concat(Hook.All.Where(hook => hook.Table == table.Name).Select(hook => $"-A {hook.Chain} {hook.Rule}\n"))
            + string.Concat(table.Chains.Select(chain => $":{chain.Key} - [0:0]\n" + string.Concat(chain.Value.Select(rule => $"[3:180] -A {chain.Key} {rule}\n"))));
    }

    /// <summary>A packet, what the table says of it, and what the walk says.</summary>
    private sealed record Walked(RandomPacket Packet, Verdict Expected, WalkResult Result);
}
