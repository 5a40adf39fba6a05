using Overlay.Conformance.Data;
using Overlay.Conformance.Playing;
using Overlay.Conformance.Pure;

namespace Overlay.Conformance.Tests;

/// <summary>What can not be played is refused with where and what; what can is read as it is meant.</summary>
public class ReaderTests
{
    private const string Whole = """
        {
          "schemaVersion": 1, "suite": "small", "source": "here", "expectationsFrom": "thought",
          "environments": { "two": {
            "namespaces": [{"name": "x", "labels": {"kubernetes.io/metadata.name": "x"}}],
            "nodes": [{"name": "node-1", "labels": {}, "ip": "192.168.77.11"}],
            "pods": [
              {"namespace": "x", "name": "a", "labels": {"pod": "a"}, "ip": "10.244.1.10", "node": "node-1", "ports": [{"port": 80, "protocol": "TCP", "name": "web"}]},
              {"namespace": "x", "name": "b", "labels": {"pod": "b"}, "ip": "10.244.1.11", "node": "node-1", "ports": [{"port": 80, "protocol": "TCP"}]}] } },
          "cases": [{ "id": "one", "title": "a is isolated from all but b's block", "focus": [], "families": [], "requires": [], "addressing": "exact", "environment": "two",
            "steps": [{
              "actions": [{"manifest": {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "x"},
                "spec": {"podSelector": {"matchLabels": {"pod": "a"}}, "ingress": [{"from": [{"ipBlock": {"cidr": "${cidr:x/b,h0}"}}]}]}}, "op": "apply"}],
              "expect": {"order": ["x/a", "x/b"], "matrix": {"TCP/80": {"x/a": "#.", "x/b": ".#"}}} }] }]
        }
        """;

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion is 2")]
    [InlineData("\"environment\": \"two\"", "\"environment\": \"three\"", "case one: it wants the environment 'three'")]
    [InlineData("\"#.\"", "\"#\"", "case one: step 1: the row TCP/80 x/a has 1 characters for 2 endpoints")]
    [InlineData("\"#.\"", "\"#o\"", "the character 'o'")]
    [InlineData("TCP/80", "TPC/80", "'TPC/80' is no port to probe")]
    [InlineData("TCP/80", "TCP/65536", "'TCP/65536' is no port to probe")]
    [InlineData("10.244.1.10", "10.244.1.400", "pod x/a has the address '10.244.1.400'")]
    [InlineData("\"node\": \"node-1\", \"ports\": [{\"port\": 80, \"protocol\": \"TCP\"}]", "\"node\": \"node-9\", \"ports\": []", "pod x/b is on node 'node-9'")]
    [InlineData("\"kind\": \"NetworkPolicy\"", "\"kind\": \"Ingress\"", "apply of the kind 'Ingress'")]
    public void A_contradiction_is_refused_with_its_place(string was, string becomes, string said) =>
        FluentActions.Invoking(() => ConformanceReader.Read(Whole.Replace(was, becomes, StringComparison.Ordinal)))
            .Should().Throw<ConformanceDataException>().WithMessage($"*{said}*");

    [Theory]
    [InlineData("\"op\": \"apply\"", "\"op\": \"patch\"")]
    [InlineData("\"title\"", "\"tittle\"")]
    [InlineData("\"protocol\": \"TCP\", \"name\"", "\"protocol\": \"TPC\", \"name\"")]
    [InlineData("\"exact\"", "\"approximate\"")]
    [InlineData("\"schemaVersion\"", "schemaVersion")]
    public void Another_shape_is_refused(string was, string becomes)
    {
        var folder = Directory.CreateTempSubdirectory("ovt-");
        var file = Path.Combine(folder.FullName, "odd.json");
        File.WriteAllText(file, Whole.Replace(was, becomes, StringComparison.Ordinal));
        try
        {
            FluentActions.Invoking(() => ConformanceReader.ReadFolder(folder.FullName)).Should().Throw<ConformanceDataException>().WithMessage(file + ": *");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_without_cases_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("ovt-");
        FluentActions.Invoking(() => ConformanceReader.ReadFolder(folder.FullName)).Should().Throw<ConformanceDataException>().WithMessage("*holds no *.json*");
        folder.Delete();
        FluentActions.Invoking(() => ConformanceReader.ReadFolder(folder.FullName)).Should().Throw<ConformanceDataException>().WithMessage("there is no folder*");
    }

    [Fact]
    public async Task A_wrong_expectation_is_found_and_named()
    {
        var right = await PlayAsync(Whole);
        var wrong = await PlayAsync(Whole.Replace("\".#\"", "\"X#\"", StringComparison.Ordinal));

        right.Passed.Should().BeTrue();
        right.Cells.Should().Be(2);
        wrong.Wrong.Should().ContainSingle().Which.ToString().Should().Be("WRONG one step 1: x/b -> x/a TCP/80 expected X got .");
    }

    private static Task<CaseResult> PlayAsync(string json)
    {
        var file = ConformanceReader.Read(json);
        return new CasePlayer(new PureCluster()).PlayAsync(file.Suite, file.Cases[0], file.Environments["two"], TestContext.Current.CancellationToken);
    }
}
