using System.Text.Json;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Shaping;

namespace Overlay.NodeAgent.Tests.Shaping;

/// <summary>What runtimeConfig.bandwidth asks for, the filters that it makes, and what a sweep does about the difference. Pure.</summary>
public sealed class BandwidthTests
{
    private static readonly AttachmentKey Key = new("overlay", "c1", "eth0");
    private static readonly PodBandwidth Both = new(new RateLimit(10_000_000, null), new RateLimit(5_000_000, null));

    [Theory]
    [InlineData("""{"ingressRate":10000000,"ingressBurst":4294967295}""", "10000000 bit/s", null)]
    [InlineData("""{"egressRate":5000,"egressBurst":0,"ingressRate":0,"ingressBurst":0}""", null, "5000 bit/s")]
    [InlineData("""{"ingressRate":1,"egressRate":2}""", "1 bit/s", "2 bit/s")]
    [InlineData("""{"IngressRate":17000000,"IngressBurst":4294967295,"EgressRate":0,"EgressBurst":0}""", "17000000 bit/s", null)] // as containerd 1.6 writes it
    [InlineData("{}", null, null)]
    [InlineData("""{"ingressRate":null}""", null, null)]
    [InlineData("null", null, null)]
    public void Limits_are_read(string json, string? ingress, string? egress)
    {
        var read = Read(json);
        (read?.Ingress?.ToString(), read?.Egress?.ToString()).Should().Be((ingress, egress));
        (read?.Ingress?.Burst, read?.Egress?.Burst).Should().Be((null, null), "what containerd always passes is nobody's wish");
    }

    [Theory]
    [InlineData(10_000_000, null, 1_250_000, 70_000, 101_250)]
    [InlineData(1_000_000_000, null, 125_000_000, 2_500_000, 5_625_000)]
    [InlineData(100_000_000_000, null, 12_500_000_000, 250_000_000, 562_500_000)]
    [InlineData(8_000, null, 1_000, 70_000, 70_025)]
    [InlineData(8_000_000, 800_000L, 1_000_000, 100_000, 125_000)]
    [InlineData(8_000_000, 8L, 1_000_000, 9_216, 34_216)]
    [InlineData(4, null, 1, 70_000, 70_000)]
    public void A_burst_that_nobody_asked_for_holds_the_largest_packet_and_a_fiftieth_of_a_second(long rate, long? burst, long bytes, long bucket, long limit) =>
        new RateLimit((ulong)rate, (ulong?)burst).ToBucket().Should().Be(new TokenBucket((ulong)bytes, (uint)bucket, (uint)limit));

    [Fact]
    public void A_request_survives_as_text()
    {
        var asked = new RuntimeRequest { Bandwidth = Both with { Egress = new RateLimit(7, 800_000) } };
        RequestText.Read(RequestText.Write(asked)!).Should().Be(asked);
    }

    [Fact]
    public void What_is_missing_is_made_once_and_what_is_nobodys_goes()
    {
        var veth = new Link { Index = new LinkIndex(5), Name = VethNames.Of(Key), Kind = "veth", Group = 10000 };
        var ifb = new Link { Index = new LinkIndex(6), Name = IfbNames.Of(veth.Name), Kind = "ifb", Flags = LinkFlags.Up };
        var orphan = new Link { Index = new LinkIndex(7), Name = "ovi0123456789a", Kind = "ifb" };
        var others = new Link { Index = new LinkIndex(8), Name = "ifb0", Kind = "ifb" };
        Attachment[] pods = [Pod(Both)];

        Devices(veth).Should().Be(1, "the ifb");
        Devices(veth, ifb, others).Should().Be(0);
        Devices(veth, ifb, orphan, others).Should().Be(1, "whose pod is gone");
        Devices(ifb).Should().Be(1, "a pod whose veth is gone sends nothing");

        Qdisc[] right = [new(veth.Index, "tbf", Qdisc.Root) { Bucket = Both.Ingress!.ToBucket() }, new(ifb.Index, "tbf", Qdisc.Root) { Bucket = Both.Egress!.ToBucket() }, new(veth.Index, "ingress", Qdisc.Ingress)];
        Redirection[] redirected = [new(veth.Index, ifb.Index)];
        Filters([], []).Should().Be(4, "two buckets, ingress, redirection");
        Filters(right, redirected).Should().Be(0);
        Filters(right[1..], redirected).Should().Be(1, "the veth's bucket");
        Filters(right, []).Should().Be(3, "an ingress qdisc without our filter is made anew");
        Filters(right, [new(veth.Index, orphan.Index)]).Should().Be(3, "a filter that leads elsewhere too");
        Filters([right[0] with { Bucket = new RateLimit(1, null).ToBucket() }, .. right[1..]], redirected).Should().Be(1, "another rate");

        int Devices(params Link[] links) => ShapingPlan.Devices(pods, links.ToDictionary(l => l.Name)).Count;
        int Filters(Qdisc[] qdiscs, Redirection[] redirections) => ShapingPlan.Filters(pods, new[] { veth, ifb }.ToDictionary(l => l.Name), qdiscs, redirections).Count;
    }

    private static PodBandwidth? Read(string json)
    {
        using var document = JsonDocument.Parse($$"""{"bandwidth":{{json}}}""");
        return RuntimeRequest.Parse(document.RootElement).Bandwidth;
    }

    private static Attachment Pod(PodBandwidth bandwidth) =>
        new()
        {
            Key = Key,
            NetworkNamespace = "",
            PodUid = "uid",
            PodNamespace = "shop",
            PodName = "front",
            Asked = new RuntimeRequest { Bandwidth = bandwidth },
            State = AttachmentState.Attached,
        };
}
