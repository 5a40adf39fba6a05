using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using Overlay.Api.Flows;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.Netlink.PacketLog;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Tests.Policies;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Flows;

/// <summary>Pod back (10.255.1.5, tag 17) is on this node, front (tag 16) on another one.</summary>
public sealed class FlowJoinTests : IDisposable
{
    private const string OnlyFront8080 = """{"metadata":{"name":"back","namespace":"shop"},"spec":{"podSelector":{"matchLabels":{"app":"back"}},"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"front"}}}],"ports":[{"port":8080}]}]}}""";

    private static readonly IPAddress Back = IPAddress.Parse("10.255.1.5");
    private static readonly IPAddress Front = IPAddress.Parse("10.255.2.7");
    private static readonly PhysicalAddress Mac = new([2, 0, 0, 0, 0, 1]);

    private readonly GatheringBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_denied_packet_gets_the_names_of_both_ends_and_of_the_policy_that_isolates()
    {
        Put(OnlyFront8080);

        var flow = Join(LogPrefix.DeniedArriving, GatheringBed.Front, Front, Back, 9090).Should().ContainSingle().Which;

        flow.Should().BeEquivalentTo(new
        {
            Event = "flow",
            Node = "n1",
            Verdict = FlowVerdict.Denied,
            Direction = FlowDirection.Ingress,
            Protocol = "UDP",
            Source = new FlowEnd { Kind = FlowEndKind.Pod, Namespace = "shop", Workload = "app=front", Tag = 16, Address = "10.255.2.7", Port = 4000 },
            Destination = new FlowEnd { Kind = FlowEndKind.Pod, Namespace = "shop", Pod = "back", Workload = "app=back", Tag = 17, Address = "10.255.1.5", Port = 9090 },
            DecidedBy = new[] { "shop/back" },
            Reason = "isolated by shop/back; no ingress rule allows UDP 9090",
        });
    }

    [Fact]
    public void A_rule_that_denies_is_named()
    {
        Put("""{"metadata":{"name":"no","namespace":"shop"},"spec":{"podSelector":{},"ingress":[{},{"action":"Deny","from":[{"ipBlock":{"cidr":"198.51.100.0/24"}}]}]}}""");

        var flow = Join(LogPrefix.DeniedArriving, Tag.Outside, IPAddress.Parse("198.51.100.9"), Back, 53).Should().ContainSingle().Which;

        flow.DecidedBy.Should().Equal("shop/no ingress[1]");
        flow.Source.Kind.Should().Be(FlowEndKind.Outside);
        flow.Source.Tag.Should().BeNull();
    }

    [Fact]
    public void A_denied_exit_is_the_sources_egress()
    {
        Put("""{"metadata":{"name":"in","namespace":"shop"},"spec":{"podSelector":{},"policyTypes":["Egress"],"egress":[]}}""");

        var flow = Join(LogPrefix.DeniedLeaving, GatheringBed.Back, Back, IPAddress.Parse("192.0.2.9"), 53).Should().ContainSingle().Which;

        (flow.Direction, flow.Source.Pod, flow.Destination.Kind).Should().Be((FlowDirection.Egress, "back", FlowEndKind.Outside));
        flow.DecidedBy.Should().Equal("shop/in");
    }

    [Fact]
    public void An_answer_is_told_as_the_question_that_it_answers()
    {
        Put(OnlyFront8080);

        var flow = Join(LogPrefix.DeniedAnswer, GatheringBed.Front, Back, Front, 4000, sourcePort: 9090).Should().ContainSingle().Which;

        (flow.Source.Workload, flow.Source.Port, flow.Destination.Pod, flow.Destination.Port).Should().Be(("app=front", 4000, "back", 9090));
        flow.Reason.Should().StartWith("an answer, whose question would be denied now: isolated by shop/back");
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void An_allowed_connection_is_told_where_the_rule_that_decides_asks_for_it(bool log, int told)
    {
        Put($$"""{"metadata":{"name":"back","namespace":"shop"},"spec":{"podSelector":{},"ingress":[{"log":true,"ports":[{"protocol":"UDP","port":1}]},{"log":{{(log ? "true" : "false")}},"ports":[{"protocol":"UDP","port":53}]}]} }""");

        _bed.Table().Watched.Arriving.Should().ContainSingle();
        var flows = Join(LogPrefix.AllowedArriving, GatheringBed.Front, Front, Back, 53);

        flows.Should().HaveCount(told);
        flows.Should().OnlyContain(flow => flow.Verdict == FlowVerdict.Allowed && flow.DecidedBy.SequenceEqual(new[] { "shop/back ingress[1]" }));
    }

    [Fact]
    public void What_an_audited_policy_would_deny_is_told_and_allowed()
    {
        Put(OnlyFront8080.Replace("\"spec\":{", "\"spec\":{\"mode\":\"Audit\",", StringComparison.Ordinal));

        _bed.Takes(GatheringBed.Back, 9090).Should().BeTrue("an audited policy denies nothing");
        _bed.Table().Watched.Arriving.Should().ContainSingle();
        var flow = Join(LogPrefix.AllowedArriving, GatheringBed.Front, Front, Back, 9090).Should().ContainSingle().Which;

        (flow.Verdict, flow.Direction, flow.Reason).Should().Be((FlowVerdict.Audit, FlowDirection.Ingress, "isolated by shop/back; no ingress rule allows UDP 9090"));
    }

    [Fact]
    public void What_an_audited_policy_would_allow_is_not_told()
    {
        Put(OnlyFront8080.Replace("\"spec\":{", "\"spec\":{\"mode\":\"Audit\",", StringComparison.Ordinal).Replace("{\"port\":8080}", "{\"protocol\":\"UDP\",\"port\":8080}", StringComparison.Ordinal));

        Join(LogPrefix.AllowedArriving, GatheringBed.Front, Front, Back, 8080).Should().BeEmpty();
    }

    [Fact]
    public void An_audited_egress_is_watched_by_the_senders_tag_and_at_its_own_exit()
    {
        Put("""{"metadata":{"name":"out","namespace":"shop"},"spec":{"mode":"Audit","podSelector":{},"policyTypes":["Egress"],"egress":[]}}""");

        var watched = _bed.Table().Watched;

        watched.Senders.Should().Equal(GatheringBed.Front, GatheringBed.Back);
        watched.Leaving.Should().ContainSingle();
        Join(LogPrefix.AllowedArriving, GatheringBed.Front, Front, Back, 53).Should().ContainSingle().Which.Direction.Should().Be(FlowDirection.Egress);
        Join(LogPrefix.AllowedLeaving, GatheringBed.Back, Back, IPAddress.Parse("192.0.2.9"), 53).Should().ContainSingle().Which.Verdict.Should().Be(FlowVerdict.Audit);
    }

    [Fact]
    public void A_local_address_with_another_ones_tag_is_not_believed()
    {
        Put(OnlyFront8080);

        var flow = Join(LogPrefix.DeniedArriving, GatheringBed.Front, Back, Back, 9090).Should().ContainSingle().Which;

        (flow.Source.Pod, flow.Source.Workload).Should().Be((null, "app=front"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("overlay denied arriving")]
    [InlineData("overlay")]
    [InlineData("denied arriving ")]
    [InlineData("ufw block")]
    public void Others_lines_are_passed_over(string prefix) => Join(prefix, GatheringBed.Front, Front, Back, 9090).Should().BeEmpty();

    /// <summary>A raw object may hold what the API would refuse; each flow stays one line of plain text whatever it is.</summary>
    [Theory]
    [InlineData("x\n{\"event\":\"flow\"}")]
    [InlineData("\u001b[31mred\u001b[0m\r\u0085\u2028")]
    [InlineData("\",\"verdict\":\"Allowed")]
    [InlineData("\ud800")]
    public void A_label_can_not_write_lines_of_its_own(string value)
    {
        _bed.Caches.Tags.Replace([new Api.Workloads.WorkloadTag
        {
            Metadata = new ObjectMeta { Name = "tag-00016" },
            Spec = new Api.Workloads.WorkloadTagSpec { Tag = 16, Namespace = "shop", Keys = ["app"], Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", value) },
        }]);
        Put(OnlyFront8080);

        var line = JsonSerializer.Serialize(Join(LogPrefix.DeniedArriving, GatheringBed.Front, Front, Back, 9090).Single(), FlowJson.Default.Flow);

        line.Should().MatchRegex("^[ -~]+$");
        var read = JsonSerializer.Deserialize(line, FlowJson.Default.Flow)!;
        (read.Verdict, read.Source.Workload![..4]).Should().Be((FlowVerdict.Denied, "app="));
    }

    private void Put(string policy) => _bed.Caches.Policies.Replace([GatheringBed.Read(OverlayJson.Default.OverlayPolicy, policy)]);

    private List<Flow> Join(string prefix, Tag tag, IPAddress from, IPAddress to, int port, int sourcePort = 4000)
    {
        var join = new FlowJoin("n1", _bed.Judge, _ => null);
        var packet = Frame.Udp(Mac, Mac, new IPEndPoint(from, sourcePort), new IPEndPoint(to, port), "x"u8).AsMemory(14);
        return [.. join.Join(new LoggedPacket(LogPrefix.Wide + prefix, packet) { Mark = NodeMark.Of(tag, false), In = new LinkIndex(1) }, new LocalEnds(_bed.Gather()), DateTimeOffset.UnixEpoch).Select(told => told.Flow)];
    }
}
