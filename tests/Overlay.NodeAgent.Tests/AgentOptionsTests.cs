using System.Net;

namespace Overlay.NodeAgent.Tests;

/// <summary>Arguments and environment.</summary>
public sealed class AgentOptionsTests
{
    [Fact]
    public void An_argument_wins_over_the_environment() =>
        AgentOptions.Parse(["--node-name", "a"], name => name == "OVERLAY_NODE_NAME" ? "b" : null).NodeName.Should().Be("a");

    [Fact]
    public void Paths_follow_the_directories()
    {
        var options = AgentOptions.Parse(["--state-dir=/s", "--run-dir=/r"], _ => null);
        (options.Socket, options.Tombstones).Should().Be(("/r/agent.sock", "/s/cni-tombstones"));
    }

    [Fact]
    public void Probes_can_be_switched_off() => AgentOptions.Parse(["--probe-address", "none"], _ => null).Probes.Should().BeNull();

    [Fact]
    public void Probes_listen_where_they_are_told() =>
        AgentOptions.Parse(["--probe-address", "127.0.0.1:1"], _ => null).Probes.Should().Be(new IPEndPoint(IPAddress.Loopback, 1));

    [Fact]
    public void Nothing_is_installed_unless_told_where()
    {
        AgentOptions.Parse([], _ => null).Install.Should().BeNull();
        var install = AgentOptions.Parse(["--cni-bin-dir", "/opt/cni/bin"], _ => null).Install!;
        install.LoopbackFile.Should().BeNull();
        (install.InstalledPlugin, install.InstalledConf).Should().Be(("/opt/cni/bin/overlay", "/etc/cni/net.d/10-overlay.conflist"));
    }

    [Fact]
    public void A_path_that_the_plugin_could_not_read_is_refused() =>
        ((Action)(() => AgentOptions.Parse(["--cni-bin-dir", "/b", "--socket", "/r/\"x"], _ => null))).Should().Throw<FormatException>().WithMessage("*quotes*");

    [Theory]
    [InlineData("--mtu", "1279")]
    [InlineData("--mtu", "x")]
    [InlineData("--probe-address", "x")]
    [InlineData("--log-level", "loud")]
    [InlineData("--checksum-offload", "maybe")]
    [InlineData("--cni-conf-name", "10-overlay.conf")]
    [InlineData("--cni-conf-name", "../10-overlay.conflist")]
    [InlineData("--sysctl-dir", "/nowhere")]
    [InlineData("--nonsense", "1")]
    public void What_is_wrong_is_named(string option, string value) =>
        ((Action)(() => AgentOptions.Parse([option, value], _ => null))).Should().Throw<FormatException>().WithMessage($"*{option}*");
}
