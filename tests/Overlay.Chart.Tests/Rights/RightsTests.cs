using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Rights;

/// <summary>The chart's roles, against what agents and operators really ask of the API server.</summary>
public sealed class RightsTests(BusyLab lab) : IClassFixture<BusyLab>
{
    /// <summary>Rights for what a short day in a lab does not bring about, each with its reason.</summary>
    private static readonly Dictionary<string, HashSet<string>> Rare = new(StringComparer.Ordinal)
    {
        ["overlay-agent"] =
        [
            // A pod whose ADD comes before the watch tells of it.
            "get pods",
            // Findings, and pods of workloads without a tag; the same again after ten seconds.
            "create events", "patch events",
        ],
        ["overlay-operator"] =
        [
            // After two operators chose one name.
            "get subnets.overlay-cni.io", "get workloadtags.overlay-cni.io",
            // The same finding again after ten seconds.
            "patch events",
        ],
    };

    [Theory]
    [InlineData("overlay-agent")]
    [InlineData("overlay-operator")]
    public async Task All_that_is_asked_is_allowed_and_all_that_is_allowed_is_asked(string account)
    {
        var role = Role.Of(await Manifest.RenderAsync(), account);
        role.Rights.Should().NotBeEmpty();

        foreach (var right in role.Rights.Except(Rare[account]))
            (await lab.UntilAsync(r => r.Program == account && r.Right == right)).Should().BeTrue("the role allows to {0}: who never does must not be allowed to", right);

        var requests = lab.Requests.Where(r => r.Program == account).ToArray();
        requests.Should().NotBeEmpty();
        requests.Where(r => !role.Allows(r)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_rare_is_allowed_too()
    {
        var manifest = await Manifest.RenderAsync();
        foreach (var (account, rights) in Rare)
            Role.Of(manifest, account).Rights.Should().Contain(rights);
    }

    [Theory]
    [InlineData("overlay-agent", "delete", "", "nodes", "", "node1")]
    [InlineData("overlay-agent", "update", "coordination.k8s.io", "leases", "kube-system", "kube-scheduler")]
    [InlineData("overlay-agent", "list", "", "secrets", "", "")]
    [InlineData("overlay-agent", "create", "overlay-cni.io", "subnets", "", "10.255.2.0-24")]
    [InlineData("overlay-operator", "update", "coordination.k8s.io", "leases", HelmTool.Namespace, "agent-node1")]
    [InlineData("overlay-operator", "patch", "", "namespaces", "", "kube-system")]
    [InlineData("overlay-operator", "patch", "", "nodes", "", "node1")]
    [InlineData("overlay-operator", "patch", "apiextensions.k8s.io", "customresourcedefinitions", "", "subnets.overlay-cni.io")]
    public async Task What_nobody_needs_is_refused(string account, string verb, string group, string resource, string ns, string name) =>
        Role.Of(await Manifest.RenderAsync(), account).Allows(new Request(account, verb, group, resource, ns, name)).Should().BeFalse();

    [Theory]
    [InlineData("overlay-crds")]
    [InlineData("overlay-uninstall")]
    public async Task Errands_have_accounts_of_their_own_that_last_as_long_as_they_do(string account)
    {
        var manifest = await Manifest.RenderAsync();
        manifest.Objects.Where(o => Manifest.NameOf(o) == account).Should().NotBeEmpty().And.OnlyContain(o => Manifest.HookOf(o) != null);
    }
}
