using Overlay.NodeAgent.Rules;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

public sealed class GroupNumbersTests
{
    private static readonly WorkloadKey Front = new("shop", "app=front");
    private static readonly WorkloadKey Cart = new("shop", "app=cart");

    [Fact]
    public void Numbers_begin_where_the_pods_groups_do() =>
        GroupNumbers.Assign([Front, Cart], new Dictionary<uint, string>(), []).Should().Equal(KeyValuePair.Create(Cart, 65536u), KeyValuePair.Create(Front, 65537u));

    [Fact]
    public void A_known_workload_keeps_its_number() =>
        GroupNumbers.Assign([Front], new Dictionary<uint, string> { [65543] = "shop{app=front}" }, [65543])[Front].Should().Be(65543);

    [Fact]
    public void A_number_that_the_rules_still_know_under_another_name_is_not_given_out() =>
        GroupNumbers.Assign([Front], new Dictionary<uint, string> { [65536] = "shop{app=gone}" }, [])[Front].Should().Be(65537);

    [Fact]
    public void Nor_one_that_a_veth_still_carries() =>
        GroupNumbers.Assign([Front], new Dictionary<uint, string>(), [0, 65536, 65537])[Front].Should().Be(65538);

    [Fact]
    public void A_number_from_outside_of_the_pods_groups_is_given_up() =>
        GroupNumbers.Assign([Front], new Dictionary<uint, string> { [10007] = "shop{app=front}" }, [10007])[Front].Should().Be(65536);

    [Fact]
    public void Long_names_are_cut_and_stay_different()
    {
        var one = new WorkloadKey("shop", new string('x', 200) + "=1");
        var other = new WorkloadKey("shop", new string('x', 200) + "=2");

        GroupNumbers.NameOf(one).Length.Should().BeLessThanOrEqualTo(120);
        GroupNumbers.NameOf(one).Should().NotBe(GroupNumbers.NameOf(other));
        GroupNumbers.NameOf(one).Should().Be(GroupNumbers.NameOf(one with { }));
    }
}
