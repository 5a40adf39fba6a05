using System.Collections.Immutable;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.Policy.Tests;

/// <summary>Which tag a pod gets.</summary>
public class TagMatchingTests
{
    [Fact]
    public void A_pod_gets_the_tag_whose_recorded_labels_it_has() =>
        Match("app=front,pod-hash=1", Tag(20, "app,tier", "app=front"), Tag(21, "app,tier", "app=back")).Should().Be(20);

    [Fact]
    public void A_key_recorded_as_absent_must_be_absent() =>
        Match("app=front,tier=web", Tag(20, "app,tier", "app=front")).Should().Be(Api.Wire.Tag.UnknownPod.Value);

    [Fact]
    public void A_key_that_is_not_recorded_does_not_matter() => Match("app=front,tier=web", Tag(20, "app", "app=front")).Should().Be(20);

    [Fact]
    public void Of_several_the_one_with_most_keys_wins() =>
        Match("app=front,tier=web", Tag(20, "app", "app=front"), Tag(30, "app,tier", "app=front,tier=web")).Should().Be(30);

    [Fact]
    public void Then_the_lowest_number_wins() =>
        Match("app=front", Tag(31, "app,tier", "app=front"), Tag(30, "app,ver", "app=front"), Tag(32, "app,tier", "app=front")).Should().Be(30);

    [Fact]
    public void A_tag_of_another_namespace_does_not_count() =>
        TagMatching.Of([Tag(20, "app", "app=front")]).Match("y", Labels.Of("app=front")).Should().Be(Api.Wire.Tag.UnknownPod);

    [Fact]
    public void A_released_tag_rests() =>
        Match("app=front", Tag(20, "app", "app=front") with { Status = new WorkloadTagStatus { Phase = AllocationPhase.Released } }).Should().Be(2);

    [Fact]
    public void A_number_claimed_twice_is_nobodys() =>
        Match("app=front", Tag(20, "app", "app=front"), Tag(20, "app", "app=back")).Should().Be(2);

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(65536 + 20)]
    public void A_number_that_no_workload_may_have_is_passed_over(int number) => Match("app=front", Tag(number, "app", "app=front")).Should().Be(2);

    [Fact]
    public void Among_ten_thousand_tags_of_a_namespace_a_match_takes_one_look_up()
    {
        var matching = TagMatching.Of(Enumerable.Range(16, 10_000).Select(number => Tag(number, "app", $"app=a{number}")));
        var labels = Labels.Of("app=a9000,pod-hash=1");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            matching.Match("x", labels).Value.Should().Be(9000);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(10_000_000, "a scan would format ten thousand texts each time");
    }

    [Fact]
    public void A_number_that_two_objects_claim_is_nobodys_until_one_of_them_goes()
    {
        var (front, back) = (Tag(20, "app", "app=front"), Tag(20, "app", "app=back"));
        var index = new TagIndex();
        index.Update([new TagChange(null, front), new TagChange(null, back)]);
        index.Find(new Api.Wire.Tag(20))!.Active.Should().BeFalse();
        index.Match("x", Labels.Of("app=front")).Should().Be(Api.Wire.Tag.UnknownPod);
        index.Compare([front, back]).Should().BeEmpty();

        index.Update([new TagChange(front, null)]);
        index.Match("x", Labels.Of("app=back")).Value.Should().Be(20);
    }

    [Fact]
    public void When_the_lowest_tag_goes_the_next_one_is_the_lowest()
    {
        var (low, high) = (Tag(20, "app", "app=front"), Tag(21, "app", "app=front"));
        var index = new TagIndex();
        index.Update([new TagChange(null, high), new TagChange(null, low)]);
        index.Match("x", Labels.Of("app=front")).Value.Should().Be(20);

        index.Update([new TagChange(low, null)]);
        index.Match("x", Labels.Of("app=front")).Value.Should().Be(21);
    }

    private static int Match(string labels, params WorkloadTag[] tags) => TagMatching.Of(tags).Match("x", Labels.Of(labels)).Value;

    private static WorkloadTag Tag(int number, string keys, string labels) =>
        World.Tag(number, "x", keys.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray(), Labels.Of(labels));
}
