using System.Text;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Tests.Cni;

/// <summary>Section 1 of the spec: what a configuration must hold, and what is said when it does not.</summary>
public sealed class NetworkConfigurationTests
{
    [Theory]
    [InlineData("0.3.1", 0)]
    [InlineData("0.4.0", 1)]
    [InlineData("1.0.0", 2)]
    [InlineData("1.1.0", 3)]
    public void Each_supported_version_is_read(string version, int expected) =>
        ((int)Parse($$"""{"cniVersion":"{{version}}","name":"overlay","type":"overlay"}""").Version).Should().Be(expected);

    [Theory]
    [InlineData("""{"name":"overlay"}""", 1, "cniVersion")]
    [InlineData("""{"cniVersion":"0.2.0","name":"overlay"}""", 1, "0.2.0")]
    [InlineData("""{"cniVersion":"2.0.0","name":"overlay"}""", 1, "2.0.0")]
    [InlineData("""{"cniVersion":7,"name":"overlay"}""", 7, "cniVersion")]
    [InlineData("""{"cniVersion":"1.1.0"}""", 7, "name")]
    [InlineData("""{"cniVersion":"1.1.0","name":"../etc"}""", 7, "../etc")]
    [InlineData("""{"cniVersion":"1.1.0","name":"-x"}""", 7, "-x")]
    [InlineData("", 6, "empty")]
    [InlineData("   ", 6, "empty")]
    [InlineData("{", 6, "not JSON")]
    [InlineData("[]", 6, "Array")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","ipam":{"type":"host-local"}}""", 2, "host-local")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","ipam":7}""", 7, "ipam")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","overlayNetwork":"blue"}""", 7, "blue")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","prevResult":[]}""", 7, "prevResult")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","prevResult":{"ips":7}}""", 7, "prevResult.ips")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","cni.dev/valid-attachments":{}}""", 7, "valid-attachments")]
    [InlineData("""{"cniVersion":"1.1.0","name":"overlay","cni.dev/valid-attachments":[{"containerID":"a"}]}""", 7, "ifname")]
    public void What_is_wrong_is_refused_with_the_specs_code_and_named(string json, int code, string named)
    {
        var error = ((Action)(() => Parse(json))).Should().Throw<CniException>().Which;
        ((int)error.Code).Should().Be(code);
        $"{error.Message} {error.Details}".Should().Contain(named);
        error.Details.Should().NotBeEmpty("each message says how to mend it");
    }

    [Fact]
    public void What_it_does_not_know_is_let_be() =>
        Parse(
                """
                {"cniVersion":"1.0.0","name":"overlay","type":"overlay","capabilities":{"portMappings":true},
                 "runtimeConfig":{"portMappings":[{"hostPort":8080}]},"args":{"x":1},"ipam":{},"dns":{}}
                """
            )
            .Name.Should()
            .Be("overlay");

    [Fact]
    public void A_missing_list_of_attachments_is_not_an_empty_one()
    {
        Parse("""{"cniVersion":"1.1.0","name":"overlay"}""").ValidAttachments.Should().BeNull();
        Parse("""{"cniVersion":"1.1.0","name":"overlay","cni.dev/valid-attachments":[]}""").ValidAttachments.Should().BeEmpty();
    }

    [Theory]
    [InlineData("cni.dev/valid-attachments")]
    [InlineData("cni.dev/attachments")]
    public void Attachments_are_read_under_both_names(string key) =>
        Parse($$"""{"cniVersion":"1.1.0","name":"overlay","{{key}}":[{"containerID":"a","ifname":"eth0"}]}""")
            .ValidAttachments.Should()
            .BeEquivalentTo(new[] { ("a", "eth0") });

    private static NetworkConfiguration Parse(string json) => NetworkConfiguration.Parse(Encoding.UTF8.GetBytes(json));
}
