using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Overlay.Chart.Tests.Helm;
using Overlay.Lab.ApiServer;

namespace Overlay.Chart.Tests.Rights;

/// <summary>A stolen agent's token is worth its own node: the chart's ValidatingAdmissionPolicies, judged by the lab's API server.</summary>
public sealed class AdmissionTests : IAsyncLifetime
{
    private const string Agent = $"system:serviceaccount:{HelmTool.Namespace}:overlay-agent";
    private const string Leases = $"apis/coordination.k8s.io/v1/namespaces/{HelmTool.Namespace}/leases";
    private const string Events = $"api/v1/namespaces/{HelmTool.Namespace}/events";
    private EmbeddedApiServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var manifest = await Manifest.RenderAsync();
        var options = new EmbeddedApiServerOptions();
        foreach (var (token, user) in new[] { ("admin", "system:admin"), ("agent1", Agent + ",node=node1"), ("unbound", Agent), ("operator", $"system:serviceaccount:{HelmTool.Namespace}:overlay-operator,node=node1") })
            options = options with { Tokens = options.Tokens.Add(token, user) };
        _server = await EmbeddedApiServer.StartAsync(options, Cancel);
        (await SendAsync("admin", HttpMethod.Post, "api/v1/namespaces", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{HelmTool.Namespace}}}"}}""")).Should().BeNull();
        foreach (var (kind, plural) in new[] { ("ValidatingAdmissionPolicy", "validatingadmissionpolicies"), ("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings") })
        {
            foreach (var item in manifest.OfKind(kind))
                (await SendAsync("admin", HttpMethod.Post, "apis/admissionregistration.k8s.io/v1/" + plural, item.ToJsonString())).Should().BeNull();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_writes_its_own_nodes_Lease_and_no_other()
    {
        (await SendAsync("agent1", HttpMethod.Post, Leases, Lease("agent-node1"))).Should().BeNull();
        (await SendAsync("agent1", HttpMethod.Patch, Leases + "/agent-node1", Renewal)).Should().BeNull();

        (await SendAsync("agent1", HttpMethod.Post, Leases, Lease("agent-node2"))).Should().Contain("the agent of node node1 may write Lease agent-node1, not agent-node2");
        (await SendAsync("admin", HttpMethod.Post, Leases, Lease("agent-node2"))).Should().BeNull("the policy is about agents");
        (await SendAsync("agent1", HttpMethod.Patch, Leases + "/agent-node2", Renewal)).Should().Contain("not agent-node2");
        (await SendAsync("agent1", HttpMethod.Put, Leases + "/agent-node2", Lease("agent-node2"))).Should().Contain("not agent-node2");
        (await SendAsync("operator", HttpMethod.Post, Leases, Lease("overlay-operator"))).Should().BeNull();
        (await SendAsync("agent1", HttpMethod.Patch, Leases + "/overlay-operator", Renewal)).Should().Contain("not overlay-operator");
    }

    [Fact]
    public async Task A_token_that_tells_no_node_writes_nothing()
    {
        (await SendAsync("unbound", HttpMethod.Post, Leases, Lease("agent-node1"))).Should().Contain(Unbound);
        (await SendAsync("unbound", HttpMethod.Post, Events, Event("a", "node1", "Pod", "web"))).Should().Contain(Unbound);
        (await SendAsync("unbound", HttpMethod.Post, Events, Event("b", "", "Pod", "web"))).Should().Contain(Unbound);
    }

    [Fact]
    public async Task An_agent_speaks_as_its_own_node_and_of_no_other()
    {
        (await SendAsync("agent1", HttpMethod.Post, Events, Event("own", "node1", "Pod", "web"))).Should().BeNull();
        (await SendAsync("agent1", HttpMethod.Post, Events, Event("node", "node1", "Node", "node1"))).Should().BeNull();
        (await SendAsync("agent1", HttpMethod.Patch, Events + "/own", """{"count":2}""")).Should().BeNull();

        (await SendAsync("agent1", HttpMethod.Post, Events, Event("forged", "node2", "Pod", "web"))).Should().Contain("must have this node as source.host");
        (await SendAsync("agent1", HttpMethod.Post, Events, Event("about", "node1", "Node", "node2"))).Should().Contain("may speak of this node only");
        (await SendAsync("admin", HttpMethod.Post, Events, Event("others", "node2", "Pod", "web"))).Should().BeNull();
        (await SendAsync("agent1", HttpMethod.Patch, Events + "/others", """{"count":2}""")).Should().NotBeNull();
        (await SendAsync("agent1", HttpMethod.Patch, Events + "/others", """{"source":{"host":"node1"}}""")).Should().Contain("may change its own Events only");
    }

    private const string Unbound = "the agent's token is not bound to a pod on a node";
    private const string Renewal = """{"spec":{"holderIdentity":"me"}}""";

    private static string Lease(string name) => $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{{name}}}"},"spec":{"holderIdentity":"me"}}""";

    private static string Event(string name, string host, string kind, string about) =>
        $$$"""{"apiVersion":"v1","kind":"Event","metadata":{"name":"{{{name}}}"},"involvedObject":{"kind":"{{{kind}}}","name":"{{{about}}}"},"reason":"Tried","source":{"component":"overlay-agent","host":"{{{host}}}"}}""";

    /// <returns>The refusal; null: it was done.</returns>
    private async Task<string?> SendAsync(string token, HttpMethod method, string path, string body)
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var answer = await http.SendAsync(request, Cancel);
        return answer.IsSuccessStatusCode ? null : (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["message"];
    }
}
