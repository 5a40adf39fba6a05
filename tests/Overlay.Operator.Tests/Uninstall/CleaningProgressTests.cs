using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.Operator.Uninstall;

namespace Overlay.Operator.Tests.Uninstall;

/// <summary>Which nodes are clean, which are waited for, and which are given up.</summary>
public sealed class CleaningProgressTests
{
    [Fact]
    public void A_node_is_clean_when_its_cleaner_has_ended_well()
    {
        var progress = CleaningProgress.Of(["a", "b"], [Ready("a", "False"), Ready("b", "True")], [Cleaner("a", done: true), Cleaner("b", done: false)]);

        progress.Cleaned.Should().Equal("a");
        progress.Busy.Keys.Should().Equal("b");
        progress.IsDone.Should().BeFalse();
    }

    [Fact]
    public void A_node_without_a_cleaner_yet_is_waited_for() =>
        CleaningProgress.Of(["a"], [Ready("a", "True")], []).Busy.Should().ContainKey("a").WhoseValue.Should().BeNull();

    [Fact]
    public void A_node_that_is_not_ready_is_waited_for_since_cleaning_makes_it_so() =>
        CleaningProgress.Of(["a"], [Ready("a", "False")], []).Busy.Should().ContainKey("a");

    [Fact]
    public void A_node_whose_kubelet_is_silent_is_told_about_and_not_waited_for()
    {
        var progress = CleaningProgress.Of(["a", "b"], [Ready("a", "Unknown"), Ready("b", "Unknown")], [Cleaner("b", done: true)]);

        progress.IsDone.Should().BeTrue();
        progress.Silent.Should().Equal("a");
        progress.Cleaned.Should().Equal("b");
        UninstallReport.OfNodes(progress).Should().Contain(l => l.StartsWith("node a is NOT clean"), "it must be cleaned by hand").And.Contain(l => l.StartsWith("by hand"));
    }

    [Fact]
    public void A_node_that_is_gone_is_nobody_s_concern() => CleaningProgress.Of(["gone"], [Ready("a", "True")], []).IsDone.Should().BeTrue();

    [Fact]
    public void What_a_cleaner_complains_about_is_told()
    {
        var failing = Cleaner("a", done: false) with
        {
            Status = new OurPodStatus { InitContainerStatuses = [new InitStatus { LastState = new ContainerState { Terminated = new EndedState(1) { Message = "LEFT the device" } } }] },
        };

        var progress = CleaningProgress.Of(["a"], [Ready("a", "True")], [failing]);

        UninstallReport.OfNodes(progress).Should().Contain("node a is NOT clean: LEFT the device");
    }

    private static Node Ready(string name, string status) =>
        new() { Metadata = new ObjectMeta { Name = name }, Status = new NodeStatus { Conditions = [new NodeCondition("Ready", status)] } };

    private static OurPod Cleaner(string node, bool done) => new()
    {
        Metadata = new ObjectMeta { Name = $"overlay-cleaner-{node}" },
        Spec = new OurPodSpec { NodeName = node },
        Status = new OurPodStatus { InitContainerStatuses = [new InitStatus { State = new ContainerState { Terminated = done ? new EndedState(0) : null } }] },
    };
}
