using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>An agent in a container does not see what the runtime mounts later: the plugin does, and brings the folder along.</summary>
public sealed class MountTests : IAsyncLifetime
{
    private readonly NodeBed _node = NodeBed.Prepare();

    public async ValueTask InitializeAsync() => await _node.StartAgentAsync(apart: true);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Pods_that_start_after_the_agent_are_added_checked_and_deleted()
    {
        var pod = _node.Pod();
        var added = _node.Add(pod);
        added.Code.Should().Be(0);
        _node.Check(pod, added.Stdout).Code.Should().Be(0);
        _node.Del(pod).Code.Should().Be(0);
        await _node.UntilAsync(() => _node.Devices.Count == 0, TimeSpan.FromSeconds(10), "the pod is unwired");
    }

    [Fact]
    public async Task Pods_of_before_are_found_by_an_agent_that_starts_again()
    {
        var pod = _node.Pod();
        var added = _node.Add(pod);
        await _node.KillAgentAsync();
        await _node.StartAgentAsync(apart: true);
        _node.Check(pod, added.Stdout).Code.Should().Be(0);
        _node.Del(pod).Code.Should().Be(0);
    }

    [Fact]
    public void A_path_that_is_no_folder_s_is_refused_with_words()
    {
        var pod = _node.Pod() with { Namespace = "/nowhere/at/all" };
        var added = _node.Add(pod);
        added.Code.Should().Be(8);
        added.Said.Should().Contain("/nowhere/at/all");
    }
}
