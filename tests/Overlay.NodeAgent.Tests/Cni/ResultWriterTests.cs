using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using System.Text.Json;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Tests.Cni;

/// <summary>Results, converted to the asked version of the spec.</summary>
public sealed class ResultWriterTests
{
    private static readonly CniResult Result = new(
        new CniInterface("ovp0123456789a", PhysicalAddress.Parse("AA-AA-0A-FF-01-04")),
        new CniInterface("eth0", PhysicalAddress.Parse("EE-EE-0A-FF-01-04")),
        "/var/run/netns/p",
        1450,
        [
            new PodAddress(IPAddress.Parse("10.255.1.4"), IPAddress.Parse("169.254.0.1")),
            new PodAddress(IPAddress.Parse("fd00:255:0:1::4"), IPAddress.Parse("fe80::1")),
        ]
    );

    [Fact]
    public void The_newest_version_has_everything() =>
        Text(CniVersion.V1_1_0)
            .Should()
            .Be(
                """
                {"cniVersion":"1.1.0","interfaces":[{"name":"ovp0123456789a","mac":"aa:aa:0a:ff:01:04","mtu":1450},{"name":"eth0","mac":"ee:ee:0a:ff:01:04","mtu":1450,"sandbox":"/var/run/netns/p"}],"ips":[{"address":"10.255.1.4/32","gateway":"169.254.0.1","interface":1},{"address":"fd00:255:0:1::4/128","gateway":"fe80::1","interface":1}],"routes":[{"dst":"0.0.0.0/0","gw":"169.254.0.1"},{"dst":"::/0","gw":"fe80::1"}],"dns":{}}

                """
            );

    [Fact]
    public void Before_1_1_interfaces_have_no_mtu() => Text(CniVersion.V1_0_0).Should().NotContain("mtu").And.NotContain("\"version\"");

    [Theory]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    public void Before_1_0_addresses_say_their_version(string version) =>
        Text(CniVersions.Parse(version))
            .Should()
            .Contain($"\"cniVersion\":\"{version}\"")
            .And.Contain("""{"version":"4","address":"10.255.1.4/32" """.TrimEnd())
            .And.Contain("""{"version":"6","address":"fd00""")
            .And.NotContain("mtu");

    [Fact]
    public void What_earlier_plugins_made_comes_first_and_shifts_our_indexes()
    {
        var previous = JsonDocument
            .Parse("""{"interfaces":[{"name":"br0"}],"ips":[{"address":"192.0.2.9/24","interface":0}],"routes":[{"dst":"192.0.2.0/24"}],"dns":{"domain":"x"}}""")
            .RootElement;
        var json = JsonDocument.Parse(ResultWriter.Success(Result, CniVersion.V1_0_0, previous)).RootElement;
        json.GetProperty("interfaces").EnumerateArray().Select(i => i.GetProperty("name").GetString()).Should().Equal("br0", "ovp0123456789a", "eth0");
        json.GetProperty("ips").EnumerateArray().Select(i => i.GetProperty("interface").GetInt32()).Should().Equal(0, 2, 2);
        json.GetProperty("dns").GetProperty("domain").GetString().Should().Be("x");
    }

    [Fact]
    public void Errors_have_code_message_and_details()
    {
        var error = JsonDocument.Parse(ResultWriter.Error(new CniException(CniErrorCode.TryAgainLater, "no \"x\"", "wait"), CniVersion.V0_4_0)).RootElement;
        error.GetProperty("cniVersion").GetString().Should().Be("0.4.0");
        error.GetProperty("code").GetInt32().Should().Be(11);
        error.GetProperty("msg").GetString().Should().Be("no \"x\"");
        error.GetProperty("details").GetString().Should().Be("wait");
    }

    private static string Text(CniVersion version) => Encoding.UTF8.GetString(ResultWriter.Success(Result, version, null));
}
