using System.Text.Json.Nodes;

namespace Overlay.Cli.Tests.Diff;

/// <summary><c>kubectl overlay diff</c> from files alone.</summary>
public sealed class DiffTests : IDisposable
{
    private readonly string _base = Path.Combine(Path.GetTempPath(), $"overlay-diff-{Guid.NewGuid():N}.yaml");

    public DiffTests() =>
        File.WriteAllText(
            _base,
            """
            {apiVersion: v1, kind: Pod, metadata: {name: front, namespace: shop, labels: {app: front}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: till, namespace: bank, labels: {app: till}}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: shop},
             spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}}
            """
        );

    public void Dispose() => File.Delete(_base);

    [Fact]
    public async Task A_policy_of_the_same_name_takes_the_place_of_the_old_one()
    {
        var run = await DiffAsync("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 5433}]}]}");
        run.Output.Should().Be(
            """
            bank/till -> shop/db
              + TCP 5433: netpol shop/db ingress[0]
            shop/front -> shop/db
              + TCP 5433: netpol shop/db ingress[0]
              - TCP 5432

            2 pairs gain (+), 1 lose (-)

            """
        );
        run.Exit.Should().Be(ExitCode.Problems);
    }

    [Fact]
    public async Task The_same_policy_changes_nothing()
    {
        var run = await DiffAsync("{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}");
        run.Output.Should().Be("no pair of pods gains or loses anything\n");
        run.Exit.Should().Be(ExitCode.InOrder);
    }

    [Fact]
    public async Task Json_holds_the_same()
    {
        var run = await DiffAsync("{podSelector: {matchLabels: {app: db}}}", " -o json");
        var only = JsonNode.Parse(run.Output)!.AsArray().Single()!;
        only["from"]!.AsArray().Single()!.GetValue<string>().Should().Be("shop/front");
        only["lost"]!.AsArray().Single()!.GetValue<string>().Should().Be("TCP 5432");
    }

    [Theory]
    [InlineData("diff", "diff needs the new policies: -f PATH")]
    [InlineData("diff -f - --offline", "--offline needs the state before: --base PATH")]
    [InlineData("diff shop/front -f -", "diff takes no 'shop/front'")]
    [InlineData("diff -f - --offline --base -", "the files hold no NetworkPolicy, OverlayPolicy or ClusterNetworkPolicy")]
    public async Task What_can_not_be_compared_is_refused(string commandLine, string says)
    {
        var run = await Run.OfAsync(commandLine, "{apiVersion: v1, kind: Namespace, metadata: {name: x}}");
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain(says);
    }

    private Task<Run> DiffAsync(string spec, string options = "") =>
        Run.OfAsync($"diff -f - --offline --base {_base}{options}", $"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: db, namespace: shop}}, spec: {spec}}}");
}
