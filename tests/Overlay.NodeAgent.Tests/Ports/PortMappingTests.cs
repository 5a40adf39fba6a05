using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Ports;

namespace Overlay.NodeAgent.Tests.Ports;

/// <summary>What a runtime may ask for in runtimeConfig.portMappings, and who may have it.</summary>
public sealed class PortMappingTests
{
    [Theory]
    [InlineData("""[{"hostPort":8080,"containerPort":80}]""", "TCP *:8080 -> 80")]
    [InlineData("""[{"hostPort":8080,"containerPort":80,"protocol":"udp","hostIP":""}]""", "UDP *:8080 -> 80")]
    [InlineData("""[{"hostPort":1,"containerPort":65535,"protocol":"SCTP","hostIP":"0.0.0.0"}]""", "SCTP 0.0.0.0:1 -> 65535")]
    [InlineData("""[{"hostPort":53,"containerPort":53,"protocol":"Udp","hostIP":"::"}]""", "UDP [::]:53 -> 53")]
    [InlineData("""[{"hostPort":53,"containerPort":53,"hostIP":"::ffff:192.0.2.1"}]""", "TCP 192.0.2.1:53 -> 53")]
    [InlineData("""[{"hostPort":53,"containerPort":53,"hostIP":"::ffff:0.0.0.0"}]""", "TCP 0.0.0.0:53 -> 53")]
    [InlineData("""[{"hostPort":53,"containerPort":53},{"hostPort":53,"containerPort":53,"protocol":"tcp"}]""", "TCP *:53 -> 53")]
    [InlineData("""[{"HostPort":18080,"ContainerPort":8080,"Protocol":"tcp","HostIP":""}]""", "TCP *:18080 -> 8080")] // as containerd 1.6 writes it
    [InlineData("null", "")]
    [InlineData("[]", "")]
    public void Mappings_are_read(string json, string mappings) => string.Join(", ", Read(json)).Should().Be(mappings);

    [Theory]
    [InlineData("""{"hostPort":80}""", "Object")]
    [InlineData("""["80:80"]""", "80:80")]
    [InlineData("""[{"hostPort":0,"containerPort":80}]""", "hostPort")]
    [InlineData("""[{"hostPort":65536,"containerPort":80}]""", "hostPort")]
    [InlineData("""[{"hostPort":"80","containerPort":80}]""", "hostPort")]
    [InlineData("""[{"hostPort":80}]""", "containerPort")]
    [InlineData("""[{"hostPort":80,"containerPort":-1}]""", "containerPort")]
    [InlineData("""[{"hostPort":80,"containerPort":80,"protocol":"icmp"}]""", "protocol")]
    [InlineData("""[{"hostPort":80,"containerPort":80,"hostIP":"node1"}]""", "hostIP")]
    [InlineData("""[{"hostPort":80,"containerPort":80,"hostIP":"1"}]""", "hostIP")]
    [InlineData("""[{"hostPort":80,"containerPort":80,"hostIP":"010.0.0.1"}]""", "hostIP")]
    [InlineData("""[{"hostPort":80,"containerPort":80,"hostIP":"fe80::1%eth0"}]""", "hostIP")]
    [InlineData("""[{"hostPort":80,"containerPort":80},{"hostPort":80,"containerPort":81,"hostIP":"192.0.2.1"}]""", "two of the pod")]
    public void Bad_ones_are_refused_with_code_7_and_named(string json, string named)
    {
        var refusal = ((Action)(() => Read(json))).Should().Throw<CniException>().Which;
        refusal.Code.Should().Be(CniErrorCode.BadConfiguration);
        refusal.Message.Should().Contain(named);
    }

    [Theory]
    [InlineData("TCP * 80 1", "TCP * 80 2", true)]
    [InlineData("TCP * 80 1", "UDP * 80 1", false)]
    [InlineData("TCP * 80 1", "TCP 192.0.2.1 80 1", true)]
    [InlineData("TCP 0.0.0.0 80 1", "TCP 192.0.2.1 80 1", true)]
    [InlineData("TCP :: 80 1", "TCP 192.0.2.1 80 1", false)]
    [InlineData("TCP 192.0.2.2 80 1", "TCP 192.0.2.1 80 1", false)]
    [InlineData("TCP 0.0.0.0 80 1", "TCP :: 80 1", false)]
    [InlineData("TCP 127.0.0.1 80 1", "TCP * 80 1", true)]
    public void Two_pods_can_not_have_one_port(string held, string wanted, bool refused)
    {
        var claim = () => PortClaims.Take(Some(2, wanted), [Some(1, held)], 4789, null);
        if (refused)
            claim.Should().Throw<CniException>().Where(e => e.Code == CniErrorCode.HostPortTaken && e.Message.Contains("shop/pod-1") && e.Message.Contains("80"));
        else
            claim().Should().BeEmpty();
    }

    [Fact]
    public void The_same_pods_new_sandbox_takes_over_what_it_asks_for_and_no_more()
    {
        var old = Some(1, "TCP * 80 1", "TCP * 81 1");
        var yielding = PortClaims.Take(Some(2, "TCP * 80 1") with { PodUid = old.PodUid }, [old], 4789, null).Should().ContainSingle().Which;
        yielding.Key.Should().Be(old.Key);
        yielding.Asked.Ports.Should().Equal(Mapping("TCP * 81 1"));
        PortClaims.Take(old, [old], 4789, null).Should().BeEmpty("an ADD that begins anew");
    }

    [Fact]
    public void The_nodes_own_ports_are_nobodys()
    {
        foreach (var mine in (string[])["UDP * 4789 1", "TCP 127.0.0.1 9469 1"])
        {
            ((Action)(() => PortClaims.Take(Some(1, mine), [], 4789, new IPEndPoint(IPAddress.Any, 9469)))).Should().Throw<CniException>().Where(e => e.Code == CniErrorCode.HostPortTaken);
        }

        PortClaims.Take(Some(1, "TCP * 4789 1", "UDP * 9469 1"), [], 4789, new IPEndPoint(IPAddress.Any, 9469)).Should().BeEmpty("the other protocol's are free");
    }

    [Fact]
    public void A_request_survives_as_text()
    {
        var asked = new RuntimeRequest { Ports = [Mapping("TCP * 80 1"), Mapping("UDP :: 53 54"), Mapping("SCTP 192.0.2.1 1 2")] };
        RequestText.Read(RequestText.Write(asked)!).Should().Be(asked);
        RequestText.Write(RuntimeRequest.None).Should().BeNull();
        RequestText.Read("later 1 2;port TCP * 80 1").Ports.Should().Equal(Mapping("TCP * 80 1"));
    }

    private static ImmutableArray<PortMapping> Read(string json)
    {
        using var document = JsonDocument.Parse($$"""{"portMappings":{{json}}}""");
        return RuntimeRequest.Parse(document.RootElement).Ports;
    }

    private static PortMapping Mapping(string text) => RequestText.Read($"port {text}").Ports.Single();

    private static Attachment Some(int number, params string[] ports) =>
        new()
        {
            Key = new AttachmentKey("overlay", $"c{number}", "eth0"),
            NetworkNamespace = "",
            PodUid = $"uid-{number}",
            PodNamespace = "shop",
            PodName = $"pod-{number}",
            Asked = new RuntimeRequest { Ports = [.. ports.Select(Mapping)] },
            State = AttachmentState.Attached,
        };
}
