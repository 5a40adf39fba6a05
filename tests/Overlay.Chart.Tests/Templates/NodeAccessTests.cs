using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;

namespace Overlay.Chart.Tests.Templates;

/// <summary>What pods of ours may do on a node, and where they run.</summary>
public sealed class NodeAccessTests
{
    [Fact]
    public async Task Nothing_is_privileged_and_only_what_works_on_the_node_has_capabilities()
    {
        var manifest = await Manifest.RenderAsync();

        foreach (var (item, container) in Containers(manifest))
        {
            var security = container["securityContext"]!;
            ((bool?)security["privileged"] ?? false).Should().BeFalse();
            ((bool)security["readOnlyRootFilesystem"]!).Should().BeTrue();
            Texts(security["capabilities"]!["drop"]).Should().Equal("ALL");
            var onTheNode = (Manifest.NameOf(item), (string)container["name"]!) is ("overlay-agent", "agent") or ("overlay-cleaner", "clean");
            Texts(security["capabilities"]!["add"]).Should().BeEquivalentTo(onTheNode ? ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "DAC_OVERRIDE"] : Array.Empty<string>());
            if (!onTheNode)
                ((bool)security["runAsNonRoot"]!).Should().BeTrue();
        }
    }

    [Fact]
    public async Task Nothing_asks_for_mount_propagation_which_a_node_whose_root_is_not_shared_does_not_have()
    {
        var manifest = await Manifest.RenderAsync();

        Containers(manifest).SelectMany(c => c.Container["volumeMounts"] as JsonArray ?? []).Should().OnlyContain(mount => mount!["mountPropagation"] == null);
    }

    [Fact]
    public async Task Everything_but_the_tests_runs_before_there_is_a_pod_network()
    {
        var manifest = await Manifest.RenderAsync();

        foreach (var item in WithPods(manifest).Where(o => Manifest.HookOf(o) != "test"))
        {
            var spec = Manifest.PodSpec(item);
            ((bool)spec["hostNetwork"]!).Should().BeTrue(Manifest.NameOf(item));
            ((bool)spec["enableServiceLinks"]!).Should().BeFalse("OVERLAY_... variables of Services would be taken for options");
            Tolerates(spec, "node.kubernetes.io/not-ready").Should().BeTrue();
            Tolerates(spec, "node.kubernetes.io/network-unavailable").Should().BeTrue();
            Tolerates(spec, "node-role.kubernetes.io/control-plane").Should().BeTrue();
        }
    }

    [Fact]
    public async Task The_API_server_s_address_reaches_whatever_asks_it()
    {
        var manifest = await Manifest.RenderAsync("apiServer.host=192.168.77.11");

        foreach (var (item, container) in Containers(manifest).Where(c => Manifest.HookOf(c.Item) != "test" && (string)c.Container["name"]! != "cleaned"))
        {
            var host = (container["env"] as JsonArray ?? []).SingleOrDefault(e => (string)e!["name"]! == "KUBERNETES_SERVICE_HOST");
            ((string?)host?["value"]).Should().Be("192.168.77.11", Manifest.NameOf(item));
        }
    }

    [Fact]
    public async Task The_agent_s_liveness_asks_for_nothing_that_the_API_server_could_fail()
    {
        var agent = Manifest.Containers((await Manifest.RenderAsync()).One("DaemonSet", "overlay-agent")).Single();

        ((string)agent["livenessProbe"]!["httpGet"]!["path"]!).Should().Be("/healthz");
        ((string)agent["readinessProbe"]!["httpGet"]!["path"]!).Should().Be("/readyz");
        ((string)agent["livenessProbe"]!["httpGet"]!["host"]!).Should().Be("127.0.0.1", "the node's own, whatever family its address is of");
    }

    private static IEnumerable<JsonObject> WithPods(Manifest manifest) =>
        manifest.Objects.Where(o => Manifest.KindOf(o) is "Pod" or "Job" or "DaemonSet" or "Deployment");

    private static IEnumerable<(JsonObject Item, JsonObject Container)> Containers(Manifest manifest) =>
        WithPods(manifest).SelectMany(o => Manifest.Containers(o).Select(c => (o, c)));

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(t => (string)t!);

    private static bool Tolerates(JsonObject spec, string taint) =>
        spec["tolerations"]!.AsArray().Any(t => (string?)t!["operator"] == "Exists" && ((string?)t["key"] is null || (string?)t["key"] == taint));
}
