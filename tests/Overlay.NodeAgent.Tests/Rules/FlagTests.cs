using Overlay.Api.Wire;
using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>Which packets count as flagged, and who is known: not the packet alone decides.</summary>
public abstract class FlagTests(BedBackend backend) : RuleTests(backend)
{
    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_restricted_tag_is_served_by_flagged_grants_only_be_its_packets_flagged_or_not(string to)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).Node.Restricted.Add(b.A.Tag);
            b.Pod(to).Accept(b.A, IpProtocol.TCP, PortRange.Of(80), flagged: true).Accept(b.A, IpProtocol.TCP, PortRange.Of(81)).Accept(GrantSource.Anyone, IpProtocol.TCP, PortRange.Of(82));
        });

        foreach (var flagged in new[] { false, true })
        {
            bed.A.EgressIsolated = flagged;
            await bed.ApplyAsync();
            (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeTrue("the reply path too goes by the flagged grant");
            (await bed.A.TcpEchoesAsync(bed.Pod(to), 81)).Should().BeFalse();
            (await bed.A.TcpEchoesAsync(bed.Pod(to), 82)).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task An_acquainted_tags_flag_says_nothing(string to)
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.EgressIsolated = true;
            b.Pod(to).Accept(b.A, IpProtocol.TCP, PortRange.Of(80)).Accept(GrantSource.AnyPod, IpProtocol.TCP, PortRange.Of(81)).Accept(b.A, IpProtocol.TCP, PortRange.Of(82), flagged: true);
        });
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeFalse("flagged");
        bed.Pod(to).Node.Acquainted.Add(bed.A.Tag);
        await bed.ApplyAsync();

        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 82)).Should().BeFalse("that one is for flagged packets");

        bed.Pod(to).Node.Restricted.Add(bed.A.Tag);
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeFalse("restricted goes before acquainted");
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 82)).Should().BeTrue();
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_server_falls_silent_when_its_clients_tag_is_restricted_or_no_longer_acquainted(string to)
    {
        using var bed = await CreateAsync(b => b.Pod(to).Accept(b.A, IpProtocol.UDP));
        var node = bed.Pod(to).Node;
        using var client = bed.A.Udp(7000);
        using var server = bed.Pod(to).Udp(5000);
        var push = async () =>
        {
            var said = Guid.NewGuid().ToByteArray();
            await server.SendToAsync(said, new System.Net.IPEndPoint(bed.A.Address4, 7000));
            return await client.ReceiveAsync(Traffic.Never, said) is not null;
        };
        (await Traffic.EchoesAsync(client, server, new System.Net.IPEndPoint(bed.Pod(to).Address4, 5000))).Should().BeTrue();
        (await push()).Should().BeTrue();

        node.Restricted.Add(bed.A.Tag);
        await node.ApplyAsync();
        (await push()).Should().BeFalse("the client has not said a word since");

        node.Restricted.Clear();
        node.Acquainted.Add(bed.A.Tag);
        bed.A.EgressIsolated = true;
        await bed.ApplyAsync();
        (await Traffic.EchoesAsync(client, server, new System.Net.IPEndPoint(bed.Pod(to).Address4, 5000))).Should().BeTrue();
        node.Acquainted.Clear();
        await node.ApplyAsync();
        (await push()).Should().BeFalse("the connection remembers the flag as it was, not what it counted for");
    }

    [Theory]
    [InlineData("b", false)]
    [InlineData("c", true)]
    public async Task A_particular_tag_is_judged_by_its_own_grants_alone(string to, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).Accept(GrantSource.Anyone, IpProtocol.TCP).Accept(GrantSource.AnyPod).Accept(b.A, IpProtocol.TCP, PortRange.Of(80)).Accept(GrantSource.AnyPod, IpProtocol.UDP, new PortRange(1, 9));
            b.Pod(to).Shape = destination => destination with { Particular = [b.A.Tag] };
        });

        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80, ipv6)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81, ipv6)).Should().BeFalse();
        (await bed.A.UdpEchoesAsync(bed.Pod(to), 5, ipv6)).Should().BeFalse();
        (await bed.D.TcpEchoesAsync(bed.Pod(to), 81, ipv6)).Should().BeTrue("it is not particular");
    }

    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task Tag_2_can_be_particular_and_can_be_granted_something(string to)
    {
        using var bed = await CreateAsync(b =>
        {
            b.A.Tag = Tag.UnknownPod;
            b.Pod(to).Accept(GrantSource.Of(Tag.UnknownPod), IpProtocol.TCP, PortRange.Of(80)).Accept(GrantSource.Outsider, IpProtocol.TCP, PortRange.Of(81));
        });
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81)).Should().BeTrue("an outsider as well");
        (await bed.D.TcpEchoesAsync(bed.Pod(to), 81)).Should().BeFalse("D is none");

        bed.Pod(to).Shape = destination => destination with { Particular = [Tag.UnknownPod] };
        await bed.ApplyAsync();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 80)).Should().BeTrue();
        (await bed.A.TcpEchoesAsync(bed.Pod(to), 81)).Should().BeFalse();
    }

    [Theory]
    [InlineData("b", false)]
    [InlineData("c", true)]
    public async Task To_a_wary_workload_a_tag_that_nobody_knows_counts_as_tag_2(string to, bool ipv6)
    {
        using var bed = await CreateAsync(b =>
        {
            b.Pod(to).Node.Known.Add(b.D.Tag);
            b.Pod(to).Accept(GrantSource.AnyPod, IpProtocol.TCP, PortRange.Of(80)).Accept(b.A, IpProtocol.TCP, PortRange.Of(81))
                .Accept(GrantSource.Outsider, IpProtocol.TCP, PortRange.Of(82)).Accept(GrantSource.Of(Tag.UnknownPod), IpProtocol.TCP, PortRange.Of(83));
            b.Pod(to).Shape = destination => destination with { IsWary = true };
        });
        async Task<bool[]> ReachesAsync(BedPod from) =>
            [await from.TcpEchoesAsync(bed.Pod(to), 80, ipv6), await from.TcpEchoesAsync(bed.Pod(to), 81, ipv6), await from.TcpEchoesAsync(bed.Pod(to), 82, ipv6), await from.TcpEchoesAsync(bed.Pod(to), 83, ipv6)];

        (await ReachesAsync(bed.A)).Should().Equal(false, false, true, true);
        (await ReachesAsync(bed.D)).Should().Equal(true, false, false, false);

        bed.Pod(to).Node.Known.Add(bed.A.Tag);
        await bed.ApplyAsync();
        (await ReachesAsync(bed.A)).Should().Equal(true, true, false, false);

        bed.Pod(to).Node.Known.Clear();
        bed.Pod(to).Shape = destination => destination with { IsWary = true, Particular = [Tag.UnknownPod] };
        await bed.ApplyAsync();
        (await ReachesAsync(bed.A)).Should().Equal(false, false, false, true);
    }
}
