using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>DEL always succeeds and never leaks (fault 9).</summary>
public sealed class DeletionTests : IAsyncLifetime
{
    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Three_times()
    {
        var pod = Added();
        for (var i = 0; i < 3; i++)
            _node.Del(pod).ExitCode.Should().Be(0);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Without_CNI_NETNS()
    {
        var pod = Added();
        _node.Del(pod, withNamespace: false).ExitCode.Should().Be(0);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task When_the_namespace_is_gone()
    {
        var pod = Added();
        NodeBed.End(pod);
        _node.Del(pod).ExitCode.Should().Be(0);
        await NothingIsLeftAsync();
    }

    [Fact]
    public void Of_something_that_was_never_added()
    {
        Added();
        _node.Call("DEL", "unknown").ExitCode.Should().Be(0);
        _node.Veths.Should().ContainSingle("others are not touched");
    }

    [Fact]
    public void Of_a_stale_id_of_a_pod_that_has_a_new_sandbox()
    {
        var pod = Added();
        _node.Call("DEL", "older-sandbox", pod).ExitCode.Should().Be(0);
        _node.Veths.Should().ContainSingle();
    }

    [Fact]
    public async Task While_the_agent_is_down_it_is_kept_and_carried_out_later()
    {
        var (pod, other) = (Added(), Added());
        await _node.KillAgentAsync();
        for (var i = 0; i < 2; i++)
            _node.Del(pod).ExitCode.Should().Be(0);
        Directory.GetFiles(_node.Tombstones).Should().HaveCount(2).And.OnlyContain(f => f.EndsWith(".del"));
        _node.Add(_node.Pod()).Code.Should().Be(11);

        await _node.StartAgentAsync();
        await _node.UntilAsync(() => _node.Veths.Count == 1 && Directory.GetFiles(_node.Tombstones).Length == 0, TimeSpan.FromSeconds(10), "kept DELs are carried out");
        _node.Add(pod).Code.Should().Be(0, "an ADD after the kept DEL is a new one");
        _node.Del(other).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Garbage_among_the_kept_ones_is_dropped()
    {
        Directory.CreateDirectory(_node.Tombstones);
        await File.WriteAllTextAsync(Path.Combine(_node.Tombstones, "0-1.del"), "garbage", TestContext.Current.CancellationToken);
        await _node.UntilAsync(() => Directory.GetFiles(_node.Tombstones).Length == 0, TimeSpan.FromSeconds(10), "garbage is dropped");
    }

    [Fact]
    public async Task When_only_the_namespace_ends_the_agent_collects_by_itself()
    {
        var pod = Added();
        NodeBed.End(pod);
        await _node.UntilAsync(() => _node.Veths.Count == 0 && _node.Log.Contains("dropped c1/eth0", StringComparison.Ordinal), TimeSpan.FromSeconds(15), "the address is free again");
    }

    private BedPod Added()
    {
        var pod = _node.Pod();
        var added = _node.Add(pod);
        added.Code.Should().Be(0, added.Stdout);
        return pod;
    }

    private async Task NothingIsLeftAsync()
    {
        _node.Veths.Should().BeEmpty();
        _node.Routed.Should().BeEmpty();
        _node.Devices.Should().OnlyContain(device => !device.IsUp, "what the kernel still has is cut");
        await _node.UntilAsync(() => _node.Devices.Count == 0, TimeSpan.FromSeconds(10), "and goes");
    }
}
