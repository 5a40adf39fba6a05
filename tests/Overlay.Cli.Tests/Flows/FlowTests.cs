using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Overlay.Api.Flows;
using Overlay.Api.Objects;
using Overlay.Cli.Flows;
using Overlay.Kube.Core;

namespace Overlay.Cli.Tests.Flows;

public sealed class FlowTests
{
    private static readonly Flow Denied = new()
    {
        Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Node = "node2",
        Verdict = FlowVerdict.Denied,
        Protocol = "TCP",
        Source = new FlowEnd { Kind = FlowEndKind.Pod, Namespace = "shop", Workload = "app=front,tier=web", Tag = 16, Address = "10.255.1.4", Port = 40000 },
        Destination = new FlowEnd { Kind = FlowEndKind.Pod, Namespace = "stock", Pod = "back", Workload = "app=back", Tag = 17, Address = "10.255.2.7", Port = 8080 },
        DecidedBy = ["stock/back"],
        Reason = "isolated by stock/back; no ingress rule allows TCP 8080",
    };

    [Fact]
    public void A_flow_is_one_line() =>
        FlowLine.Of(Denied).Should().Be(
            "03:04:05.006 DENIED  shop{app=front,tier=web} (10.255.1.4) -> stock/back (10.255.2.7) TCP 8080, ingress on node2: isolated by stock/back; no ingress rule allows TCP 8080");

    [Theory]
    [InlineData("shop", "app=front,tier=web", "front-1")]
    [InlineData("shop", "app=other,tier=web", null)]
    [InlineData("other", "app=front,tier=web", null)]
    public void A_pod_of_another_node_gets_its_name_where_its_labels_are_those_that_the_tag_told(string ns, string labels, string? expected)
    {
        var names = new FlowNames([Pod(ns, "front-1", labels + ",pod=1", "10.255.1.4")]);

        names.Join(Denied).Source.Pod.Should().Be(expected);
        names.Join(Denied).Destination.Pod.Should().Be("back");
    }

    [Fact]
    public void A_pod_on_its_nodes_network_has_no_address_of_its_own() =>
        new FlowNames([Pod("shop", "host", "app=front,tier=web", "10.255.1.4") with { Spec = new PodSpec { HostNetwork = true } }]).Join(Denied).Source.Pod.Should().BeNull();

    [Theory]
    [InlineData(null, "", "", true)]
    [InlineData("shop", "", "", true)]
    [InlineData("stock", "", "", true)]
    [InlineData("other", "", "", false)]
    [InlineData("other", "stock/back", "", true)]
    [InlineData(null, "stock/front", "", false)]
    [InlineData(null, "", "Denied", true)]
    [InlineData(null, "", "Allowed,Audit", false)]
    public void A_filter_takes_either_end(string? ns, string pods, string verdicts, bool expected) =>
        new FlowFilter(
            ns,
            [.. Words(pods).Select(pod => new ObjectKey(pod.Split('/')[0], pod.Split('/')[1]))],
            [.. Words(verdicts).Select(Enum.Parse<FlowVerdict>)]
        ).Takes(Denied).Should().Be(expected);

    [Fact]
    public void Lines_are_whole_however_they_come_and_what_is_no_flow_is_passed_over()
    {
        var taken = new List<Flow>();
        using var lines = new FlowLines(taken.Add);
        var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Denied, FlowJson.Default.Flow) + "\nnonsense\n{\"event\":\"else\"}\n[]\n" + new string('x', 100_000) + "\n" + JsonSerializer.Serialize(Denied, FlowJson.Default.Flow) + "\n{\"event\":");

        foreach (var piece in text.Chunk(7))
            lines.Write(piece);

        taken.Should().HaveCount(2).And.OnlyContain(flow => flow.Reason == Denied.Reason && flow.Source == Denied.Source);
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static Pod Pod(string ns, string name, string labels, string address) =>
        new()
        {
            Metadata = new ObjectMeta { Namespace = ns, Name = name, Labels = labels.Split(',').Select(label => label.Split('=')).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]) },
            Status = new PodStatus { Phase = PodPhase.Running, PodIP = address, PodIPs = [new PodIP(address)] },
        };
}
