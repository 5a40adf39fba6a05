using System.Net;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Tests.Pods;

/// <summary>What a starting agent does about the difference between its records and the kernel (faults 2, 8, 22).</summary>
public sealed class ReconciliationTests
{
    [Fact]
    public void Nothing_when_they_agree()
    {
        var plan = Of([Record(1)], [Veth(1)]);
        (plan.Adopt.Length, plan.Drop.Length, plan.Remove.Length, plan.Reserve.Length).Should().Be((0, 0, 0, 0));
    }

    [Fact]
    public void A_wire_without_a_record_is_adopted_from_the_kernels_note() =>
        Of([], [Veth(1)]).Adopt.Should().ContainSingle().Which.Should().BeEquivalentTo(Record(1) with { NetworkNamespace = "", PodName = "", PodLabels = null });

    [Fact]
    public void A_wire_that_no_ADD_answered_for_is_removed_with_its_record()
    {
        var plan = Of([Record(1) with { State = AttachmentState.Pending }], [Veth(1, group: 0)]);
        plan.Remove.Should().Equal(VethNames.Of(Record(1).Key));
        plan.Drop.Should().Equal(Record(1).Key);
    }

    [Fact]
    public void A_wire_whose_answer_may_have_arrived_is_kept()
    {
        var plan = Of([Record(1) with { State = AttachmentState.Pending }], [Veth(1)]);
        (plan.Drop.Length, plan.Remove.Length).Should().Be((0, 0));
    }

    [Fact]
    public void A_half_made_wire_without_a_record_is_removed() => Of([], [Veth(1, group: 0)]).Remove.Should().ContainSingle();

    [Fact]
    public void The_addresses_of_a_wire_that_nobody_can_name_stay_out_of_use() =>
        Of([], [Veth(1, alias: null)]).Reserve.Should().Equal(IPAddress.Parse("10.255.1.1"));

    [Fact]
    public void A_record_keeps_its_address_while_the_pods_namespace_is_there() => Of([Record(1)], [], namespaceThere: true).Drop.Should().BeEmpty();

    [Fact]
    public void A_record_is_dropped_when_wire_and_namespace_are_gone() => Of([Record(1)], [], namespaceThere: false).Drop.Should().Equal(Record(1).Key);

    [Fact]
    public void A_record_without_a_wire_gives_way_to_a_wire_with_its_address()
    {
        var stale = Record(2) with { V4 = Record(1).V4 };
        var plan = Of([stale], [Veth(1)], namespaceThere: true);
        plan.Drop.Should().Equal(stale.Key);
        plan.Adopt.Should().ContainSingle();
    }

    private static Reconciliation Of(Attachment[] records, HostVeth[] veths, bool namespaceThere = true) => Reconciliation.Of(records, veths, _ => namespaceThere);

    private static Attachment Record(byte i) =>
        new()
        {
            Key = new AttachmentKey("overlay", $"c{i}", "eth0"),
            NetworkNamespace = $"/var/run/netns/p{i}",
            PodUid = $"u{i}",
            PodNamespace = "shop",
            PodName = $"front-{i}",
            V4 = new IPAddress([10, 255, 1, i]),
            State = AttachmentState.Attached,
        };

    private static HostVeth Veth(byte i, uint group = 10000, string? alias = "told") =>
        new(
            new Link
            {
                Index = new LinkIndex(i + 10),
                Name = VethNames.Of(Record(i).Key),
                Kind = "veth",
                Group = group,
                Alias = alias is null ? null : PodAlias.Write(Record(i)),
            },
            [Record(i).V4!]
        );
}
