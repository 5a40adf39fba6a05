using FsCheck.Xunit;
using Overlay.Operator.Workloads;

namespace Overlay.Operator.Tests.Workloads;

/// <summary>The whole life of tags, played: pods come and go, time passes, agents hear of things or are cut off.</summary>
public sealed class TagLifeTests
{
    [Fact]
    public void Narrow_tags_come_first_and_wide_ones_only_when_asked_for()
    {
        var numbers = new TagAllocator();
        for (var i = 16; i <= 8191; i++)
        {
            Assert.Equal((ushort)i, numbers.Take(wide: false)!.Value.Value);
        }

        numbers.Take(wide: false).Should().BeNull();
        numbers.Take(wide: true)!.Value.Value.Should().Be(8192);
        numbers.GiveBack(100);
        numbers.Take(wide: true)!.Value.Value.Should().Be(100);
        numbers.Free.Should().Be(65535 - 8192);
    }

    /// <summary>
    /// The property that matters: whatever happened, no agent, however far it lags, takes a number for another workload than the one it is given to;
    /// and no workload with pods is without a tag after a pass.
    /// </summary>
    [Property(MaxTest = 300)]
    public void A_number_never_means_two_workloads_to_any_agent((byte What, byte Which)[] steps)
    {
        var world = new TagWorld();
        foreach (var (what, which) in steps)
        {
            world.Step(what % 6, which);
            world.Operate();
            Assert.True(world.EveryWorkloadIsServed);
            Assert.Empty(world.Misread);
        }
    }

    /// <summary>The same with agents that never come back: their silence keeps every number it could misread at rest.</summary>
    [Fact]
    public void A_thousand_workloads_later_an_agent_that_was_cut_off_still_misreads_nothing()
    {
        var world = new TagWorld();
        world.Step(0, 0);
        world.Operate();
        world.HearAll();
        for (var i = 0; i < 1000; i++)
        {
            world.Rename($"app-{i}");
            world.Operate();
            world.HearAllBut("c");
            world.Step(2, 120);
        }

        world.Misread.Should().BeEmpty();
        world.HearAll();
        world.Operate();
        world.Tags.Should().Be(1, "when the last agent is back all rested tags go");
    }
}
