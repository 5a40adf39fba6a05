using System.Diagnostics;
using System.Net;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Differential;

/// <summary>
/// Random tables are loaded into the kernel, random packets sent through it: what passes must be what <see cref="VerdictTableJudge"/> says, in both
/// directions. The packets come out of real VXLAN, each with the tag, flag and address it is meant to have.
/// </summary>
public abstract class DifferentialTests(BedBackend backend) : RuleTests(backend)
{
    private const int Packets = 60;

    /// <summary>At least, however busy the machine is.</summary>
    private const int Rounds = 12;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(15);

    /// <summary>A new one each time; what fails names it, and then it can be put here.</summary>
    private static int NewSeed() => Random.Shared.Next();

    [Fact]
    public async Task What_comes_in_is_what_the_table_says_and_answers_are_judged_by_the_table_of_their_time()
    {
        var seed = NewSeed();
        var tables = new RandomTables(seed, Backend == BedBackend.Nftables);
        using var bed = await CreateAsync();
        Mute(bed);
        using var sender = bed.Node1.Inside.Udp(bed.Node1.UnderlayAddress);
        using var c = PacketSocket.Open(bed.C.Inside, "eth0");
        using var d = PacketSocket.Open(bed.D.Inside, "eth0");
        using var wire = PacketSocket.Open(bed.Node2.Inside, BedNode.Underlay);
        var clock = Stopwatch.StartNew();
        var flows = new Dictionary<object, int>();
        int questions = 0, allowedOnes = 0, answered = 0, vouchedOnes = 0;
        List<TestPacket> asked = [];
        for (var round = 0; clock.Elapsed < Time || round < Rounds; round++)
        {
            var judge = await NextTableAsync(bed, tables);

            var answers = asked.ToDictionary(packet => packet.Number);
            foreach (var packet in asked)
            {
                (packet.Pod == bed.C ? c : d).Send(packet.Answer());
            }

            var vouchable = asked.Where(packet => Allows(judge, packet)).Select(packet => packet.Number).ToHashSet();
            var vouched = await NumbersAsync([wire], vouchable, frame => Frame.IsVxlanFrom(frame, bed.Node2.UnderlayAddress) && Frame.Gbp(frame) is { Vouched: true });
            Compare(vouched.Where(answers.ContainsKey), vouchable, number => $"round {round} of seed {seed}, answer to {answers[number]}, {Print(bed)}");

            var packets = Enumerable.Range(0, Packets).Select(i => tables.PacketTo(i % 2 == 0 ? bed.C : bed.D)).ToDictionary(packet => packet.Number);
            foreach (var packet in packets.Values)
            {
                var vxlan = Frame.Vxlan(packet.Tag.Value, (byte)(packet.Flagged ? 0x40 : 0), 1, packet.In(bed.Node1.VtepMac, bed.Node2.VtepMac));
                await sender.SendToAsync(vxlan, new IPEndPoint(bed.Node2.UnderlayAddress, 4789));
            }

            var allowed = packets.Values.Where(packet => Allows(judge, packet)).Select(packet => packet.Number).ToHashSet();
            Compare(await NumbersAsync([c, d], allowed, IsIncoming), allowed, number => $"round {round} of seed {seed}, {packets[number]}, {Print(bed)}");
            (questions, allowedOnes, answered, vouchedOnes) = (questions + Packets, allowedOnes + allowed.Count, answered + asked.Count, vouchedOnes + vouchable.Count);
            foreach (var packet in packets.Values)
            {
                flows[packet.Flow] = flows.GetValueOrDefault(packet.Flow) + 1;
            }

            // Where two packets of different tags were one connection to conntrack, its mark is the later one's.
            asked = [.. packets.Values.Where(packet => packet.HasAnswer && allowed.Contains(packet.Number) && flows[packet.Flow] == 1)];
        }

        // All four things have happened often: the comparison means something.
        allowedOnes.Should().BeInRange(50, questions - 50);
        vouchedOnes.Should().BeInRange(5, answered - 5);
    }

    [Fact]
    public async Task What_leaves_the_overlay_is_what_the_table_says_and_so_are_the_answers()
    {
        var seed = NewSeed();
        var tables = new RandomTables(seed, Backend == BedBackend.Nftables);
        using var bed = await CreateAsync(b => b.Node2.Settings = b.Node2.Settings with { Masquerade = false });
        using var c = PacketSocket.Open(bed.C.Inside, "eth0");
        using var wire = PacketSocket.Open(bed.Node2.Inside, BedNode.Underlay);
        using var outside = PacketSocket.Open(bed.Node1.Inside, BedNode.Underlay);
        var (node1, node2) = (bed.Node1.Routes.GetLink(BedNode.Underlay)!.MacAddress!, bed.Node2.Routes.GetLink(BedNode.Underlay)!.MacAddress!);
        Mute(bed);
        bed.Node1.Run("ip", "route", "add", "blackhole", "198.51.100.0/24");
        bed.Node1.Run("ip", "route", "add", "blackhole", "2001:db8::/32");
        bed.Node2.Routes.Apply(new Netlink.RouteBatch()
            .ReplaceNeighbour(new Netlink.Neighbour(bed.Node2.Routes.GetLink(BedNode.Underlay)!.Index, bed.Node1.UnderlayAddress, node1))
            .ReplaceNeighbour(new Netlink.Neighbour(bed.Node2.Routes.GetLink(BedNode.Underlay)!.Index, bed.Node1.UnderlayAddress6, node1)));
        var clock = Stopwatch.StartNew();
        List<TestPacket> asked = [];
        for (var round = 0; clock.Elapsed < Time || round < Rounds; round++)
        {
            var judge = await NextTableAsync(bed, tables);

            var answers = asked.ToDictionary(packet => packet.Number);
            asked.ForEach(packet => outside.Send(packet.Returned(node1, node2)));
            var returnable = asked.Where(packet => Leaves(judge, packet)).Select(packet => packet.Number).ToHashSet();
            Compare(
                (await NumbersAsync([c], returnable, IsIncoming)).Where(answers.ContainsKey),
                returnable,
                number => $"round {round} of seed {seed}, answer to {answers[number]}, {Print(bed)}");

            var packets = Enumerable.Range(0, Packets).Select(_ => tables.PacketFrom(bed.C)).Where(packet => packet.HasAnswer).ToDictionary(packet => packet.Number);
            foreach (var packet in packets.Values)
            {
                c.Send(packet.Out());
            }

            var leaving = packets.Values.Where(packet => Leaves(judge, packet)).Select(packet => packet.Number).ToHashSet();
            Compare(
                await NumbersAsync([wire], leaving, frame => frame.AsSpan(6, 6).SequenceEqual(node2.GetAddressBytes())),
                leaving,
                number => $"round {round} of seed {seed}, {packets[number]}, {Print(bed)}");
            asked = [.. packets.Values.Where(packet => leaving.Contains(packet.Number))];
        }
    }

    /// <summary>The pods' own kernels answer nothing (pings, resets, unreachable ports): what a packet socket sends does not pass their output hook.</summary>
    private static void Mute(TestBed bed)
    {
        foreach (var pod in new[] { bed.A, bed.B, bed.C, bed.D })
        {
            Command.Run(["ip", "netns", "exec", pod.NamespaceName, "nft", "-f", "-"], "table inet mute { chain output { type filter hook output priority 0; policy drop; }; }");
        }
    }

    private static async Task<VerdictTableJudge> NextTableAsync(TestBed bed, RandomTables tables)
    {
        foreach (var pod in new[] { bed.C, bed.D })
        {
            var shaped = tables.Shape(pod.Destination);
            pod.Shape = _ => shaped;
        }

        foreach (var (tags, share) in new[] { (bed.Node2.Restricted, 0.2), (bed.Node2.Acquainted, 0.3), (bed.Node2.Known, 0.7) })
        {
            tags.Clear();
            tags.AddRange(tables.SomePods(share));
        }

        await bed.Node2.ApplyAsync();
        return new VerdictTableJudge(bed.Node2.Inputs.Table);
    }

    private static bool Allows(VerdictTableJudge judge, TestPacket packet) => judge.Judge(packet.Pod.Workload, packet.Tag, packet.Flagged, packet.Judged).Allowed;

    private static bool Leaves(VerdictTableJudge judge, TestPacket packet) => judge.JudgeExit(packet.Pod.Workload, packet.Judged).Allowed;

    /// <summary>What the pod itself sends is captured on its device too; what comes in is from its node.</summary>
    private static bool IsIncoming(byte[] frame) => frame[6] == 0xaa;

    /// <summary>The numbers that arrive: until all that are expected have, and a little longer for what should not.</summary>
    private static async Task<HashSet<int>> NumbersAsync(PacketSocket[] sockets, HashSet<int> expected, Func<byte[], bool> wanted)
    {
        var found = new HashSet<int>();
        var clock = Stopwatch.StartNew();
        var patient = true;
        while (patient)
        {
            patient = !found.IsSupersetOf(expected) && clock.Elapsed < Traffic.Soon;
            foreach (var socket in sockets)
            {
                while (await socket.NextAsync(frame => wanted(frame) && TestPacket.NumberOf(frame) is not null, Late) is { } frame)
                {
                    found.Add(TestPacket.NumberOf(frame)!.Value);
                }
            }
        }

        return found;
    }

    private static void Compare(IEnumerable<int> kernel, HashSet<int> table, Func<int, string> name)
    {
        var passed = kernel.ToHashSet();
        passed.Except(table).Select(number => $"the kernel lets pass, the table denies: {name(number)}").Should().BeEmpty();
        table.Except(passed).Select(number => $"the kernel drops, the table allows: {name(number)}").Should().BeEmpty();
    }

    private static string Print(TestBed bed)
    {
        var lines = new[] { bed.C, bed.D }.Select(pod => pod.Destination).Select(d =>
            $"{d.Workload}: open {d.IsOpen}, confined {d.IsConfined}, wary {d.IsWary}, particular {string.Join(' ', d.Particular)}\n  "
            + string.Join("\n  ", [.. d.Grants.Select(g => $"{g}"), .. d.AllowedAddresses.Select(a => $"allows {a}"), .. d.DeniedAddresses.Select(a => $"denies {a}"), .. d.Exits.Select(e => $"exit {e}")]));
        return $"restricted {string.Join(' ', bed.Node2.Restricted)}, acquainted {string.Join(' ', bed.Node2.Acquainted)}, known {string.Join(' ', bed.Node2.Known)}\n{string.Join('\n', lines)}";
    }
}
