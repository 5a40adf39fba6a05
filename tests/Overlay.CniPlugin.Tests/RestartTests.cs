using System.Globalization;
using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>A node whose agent is away for a moment stays ready to its runtime, and a plugin in another place finds the agent.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task STATUS_bears_with_an_agent_that_was_ready_a_moment_ago_and_not_with_one_that_is_gone()
    {
        await _node.UntilAsync(() => File.Exists(_node.ReadyNote), TimeSpan.FromSeconds(10), "the agent notes that it is ready");
        await _node.KillAgentAsync();
        _node.Call("STATUS", "c0").Code.Should().Be(0, "else an upgrade would make the node NotReady, and Services would lose its pods");

        var now = Environment.TickCount64;
        Note(now - (long)TimeSpan.FromMinutes(6).TotalMilliseconds);
        _node.Call("STATUS", "c0").Code.Should().Be(50);
        Note(now + (long)TimeSpan.FromMinutes(6).TotalMilliseconds);
        _node.Call("STATUS", "c0").Code.Should().Be(50, "a note of another boot says nothing");
        File.WriteAllText(_node.ReadyNote, "soon");
        _node.Call("STATUS", "c0").Code.Should().Be(50);
        File.Delete(_node.ReadyNote);
        _node.Call("STATUS", "c0").Code.Should().Be(50);
    }

    [Fact]
    public async Task The_configuration_says_where_the_agent_is_met()
    {
        var configuration = $$"""{"cniVersion":"1.1.0","name":"overlay","type":"overlay","socket":"{{_node.Socket}}","tombstones":"{{_node.Tombstones}}"}""";
        var pod = _node.Pod();
        var added = _node.Run(NodeBed.Variables("ADD", pod.Container, pod), configuration, told: false);
        added.Code.Should().Be(0, added.Stdout);

        await _node.KillAgentAsync();
        _node.Run(NodeBed.Variables("DEL", pod.Container, pod), configuration, told: false).ExitCode.Should().Be(0);
        Directory.GetFiles(_node.Tombstones).Should().ContainSingle();
        await _node.StartAgentAsync();
        await _node.UntilAsync(() => _node.Veths.Count == 0, TimeSpan.FromSeconds(10), "the DEL that was kept is carried out");
    }

    private void Note(long at) => File.WriteAllText(_node.ReadyNote, at.ToString("d19", CultureInfo.InvariantCulture));
}
