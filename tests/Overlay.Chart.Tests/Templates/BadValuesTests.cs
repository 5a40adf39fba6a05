using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Templates;

/// <summary>Values that can not work are refused before anything is installed, with the value's name and what it may be.</summary>
public sealed class BadValuesTests
{
    [Theory]
    [InlineData("network.vni=0", "/network/vni*minimum*1")]
    [InlineData("network.vni=16777216", "/network/vni*maximum")]
    [InlineData("network.port=70000", "/network/port*maximum")]
    [InlineData("network.mtu=1279", "network.mtu is 1279: it must be at least 1280")]
    [InlineData("network.rules.backend=ebpf", "/network/rules/backend*must be one of*auto*nftables*iptables")]
    [InlineData("network.policy.defaultAction=Perhaps", "/network/policy/defaultAction*must be one of*Allow*Deny")]
    [InlineData("network.ipv4.cidr=", "there are no addresses for pods")]
    [InlineData("network.ipv4.cidr=10.256.0.0/16", "/network/ipv4/cidr*does not match pattern")]
    [InlineData("network.ipv4.cidr=10.255.0.0", "/network/ipv4/cidr*does not match pattern")]
    [InlineData("network.ipv4.cidr=10.255.0.0/33", "/network/ipv4/cidr*does not match pattern")]
    [InlineData("network.ipv4.cidr=10.255.0.1/16", "network.ipv4.cidr 10.255.0.1/16 has bits set beyond its prefix")]
    [InlineData("network.ipv4.nodePrefixLength=12", "network.ipv4.nodePrefixLength is 12: in 10.255.0.0/16 it must be 16 to 30")]
    [InlineData("network.ipv4.nodePrefixLength=31", "network.ipv4.nodePrefixLength is 31: in 10.255.0.0/16 it must be 16 to 30")]
    [InlineData("operator.replicas=0", "/operator/replicas*minimum")]
    [InlineData("operator.rest=soon", "/operator/rest*does not match pattern")]
    [InlineData("agent.log.level=loud", "/agent/log/level*must be one of")]
    [InlineData("agent.cni.binDir=opt/cni/bin", "/agent/cni/binDir*does not match pattern")]
    [InlineData("agent.cni.confName=../10-overlay.conflist", "/agent/cni/confName*does not match pattern")]
    [InlineData("image.agent.digest=latest", "/image/agent/digest*does not match pattern")]
    [InlineData("uninstall.timeoutSeconds=1", "/uninstall/timeoutSeconds*minimum")]
    [InlineData("networks.vni=2", "additional properties 'networks' not allowed")]
    [InlineData("agent.tolerance=x", "additional properties 'tolerance' not allowed")]
    public async Task What_is_wrong_is_named(string setting, string complaint)
    {
        var answer = await HelmTool.TemplateAsync(setting);

        answer.Code.Should().NotBe(0);
        answer.Output.Should().BeEmpty();
        answer.Error.Should().Match($"*{complaint}*");
    }

    [Theory]
    [InlineData("10.255.128.0/17")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.255.0.0/30")]
    [InlineData("0.0.0.0/0")]
    public async Task Pools_that_overlap_are_refused(string other) =>
        (await SecondPoolAsync(other, "30")).Error.Should().Contain($"network.ipv4 10.255.0.0/16 and network.morePools[0] {other} overlap");

    [Theory]
    [InlineData("10.254.0.0/16", "24")]
    [InlineData("11.0.0.0/8", "24")]
    [InlineData("fd00:255::/48", "64")]
    [InlineData("a00::/8", "32")]
    public async Task Pools_that_do_not_overlap_are_taken(string other, string nodePrefixLength) =>
        (await SecondPoolAsync(other, nodePrefixLength)).Code.Should().Be(0);

    [Theory]
    [InlineData("fd00:255::/48", "fd00:255:0:8000::/52", true)]
    [InlineData("fd00:255::/48", "fd00:0255:0000::/48", true)]
    [InlineData("fd00::/16", "fd00:255:0:8000::/52", true)]
    [InlineData("::/1", "7fff:ffff::/32", true)]
    [InlineData("fd00:255::/48", "fd00:255:1::/48", false)]
    [InlineData("::/1", "8000::/1", false)]
    [InlineData("fd00::ff00/120", "fd00::fe00/120", false)]
    public async Task IPv6_is_compared_by_its_bits(string one, string other, bool overlap)
    {
        var answer = await HelmTool.TemplateAsync(
            "network.ipv4.cidr=", $"network.ipv6.cidr={one}", $"network.ipv6.nodePrefixLength={Most(one)}",
            $"network.morePools[0].cidr={other}", $"network.morePools[0].nodePrefixLength={Most(other)}");
        answer.Error.Contains("overlap", StringComparison.Ordinal).Should().Be(overlap);
        (answer.Code == 0).Should().Be(!overlap);

        static string Most(string cidr) => cidr.Split('/')[1];
    }

    private static Task<HelmAnswer> SecondPoolAsync(string cidr, string nodePrefixLength) =>
        HelmTool.TemplateAsync($"network.morePools[0].cidr={cidr}", $"network.morePools[0].nodePrefixLength={nodePrefixLength}");
}
