using Overlay.Lab.Tests.ApiServer.Contract;

namespace Overlay.Lab.Tests.ApiServer.Kubectl;

/// <summary>The real kubectl, an old and a new one, does to the server what people do.</summary>
public sealed class KubectlContract(ApiServerFixture server) : IClassFixture<ApiServerFixture>, IDisposable
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d, labels: {app: a}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: a}}
          template:
            metadata: {labels: {app: a}}
            spec:
              containers:
              - {name: c1, image: i1, env: [{name: A, value: b}]}
              - {name: c2, image: i2}
        """;

    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gizmos.example.io}
        spec:
          group: example.io
          scope: Namespaced
          names: {kind: Gizmo, plural: gizmos, shortNames: [gz], categories: [toys]}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Color, type: string, jsonPath: .spec.color}
            schema:
              openAPIV3Schema:
                type: object
                description: A gizmo is a toy.
                properties:
                  spec:
                    type: object
                    required: [color]
                    properties:
                      color: {type: string, enum: [red, green], description: How it looks.}
                      size: {type: integer, default: 3}
        """;

    private const string Gizmo = """
        apiVersion: example.io/v1
        kind: Gizmo
        metadata: {name: g}
        spec: {color: red}
        """;

    private readonly TemporaryFolder folder = new();
    private string version = "";
    private string ns = "";

    public static TheoryData<string> Versions => ["1.20", "1.35"];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Versions))]
    public async Task Apply_creates_changes_and_removes_fields(string kubectl)
    {
        await UseAsync(kubectl);
        (await OkInputAsync(Deployment, ["apply", "-f", "-"])).Should().Contain("deployment.apps/d created");
        var changed = Deployment.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal).Replace(", env: [{name: A, value: b}]", "", StringComparison.Ordinal);
        (await OkInputAsync(changed, ["apply", "-f", "-"])).Should().Contain("configured");
        (await OkInputAsync(changed, ["apply", "-f", "-"])).Should().Contain("unchanged");
        (await OkAsync("get", "deploy", "d", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image} {.spec.template.spec.containers[0].env}"))
            .Trim().Should().Be("3 i1 i2");
        (await OkAsync("scale", "deploy/d", "--replicas=5")).Should().Contain("scaled");
        (await OkAsync("get", "deploy", "-o", "wide", "-l", "app=a", "--show-labels")).Should().Contain("0/5").And.Contain("app=a");
        (await OkAsync("describe", "deploy", "d")).Should().Contain("5 desired");
        (await OkAsync("delete", "deploy", "d")).Should().Contain("deleted");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Each_kind_of_patch(string kubectl)
    {
        await UseAsync(kubectl);
        await OkInputAsync(Deployment, ["apply", "-f", "-"]);
        await OkAsync("patch", "deploy", "d", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"c2","image":"new"}]}}}}""");
        await OkAsync("patch", "deploy", "d", "--type=merge", "-p", """{"metadata":{"labels":{"b":"c"}}}""");
        await OkAsync("patch", "deploy", "d", "--type=json", "-p", """[{"op":"test","path":"/spec/replicas","value":2},{"op":"replace","path":"/spec/replicas","value":1}]""");
        await OkAsync("label", "deploy", "d", "app=z", "--overwrite");
        await OkAsync("annotate", "deploy", "d", "note=x");
        (await OkAsync("get", "deploy", "d", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image} {.metadata.labels.app}{.metadata.labels.b} {.metadata.annotations.note}"))
            .Trim().Should().Be("1 i1 new zc x");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Edit_with_an_editor(string kubectl)
    {
        await UseAsync(kubectl);
        await OkAsync("create", "configmap", "m", "--from-literal=key=before");
        var editor = folder.Write("editor.sh", "#!/bin/sh\nsed -i 's/key: before/key: after/' \"$1\"\n");
        File.SetUnixFileMode(editor, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (exit, output) = await KubectlTools.RunAsync(version, server.Kubeconfig, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBE_EDITOR"] = editor }, ["-n", ns, "edit", "configmap", "m"]);
        exit.Should().Be(0, output);
        (await OkAsync("get", "cm", "m", "-o", "jsonpath={.data.key}")).Trim().Should().Be("after");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_definition_serves_its_kind_with_columns_explanation_and_validation(string kubectl)
    {
        await UseAsync(kubectl);
        await OkInputAsync(Definition, ["apply", "-f", "-"]);
        await OkAsync("wait", "--for=condition=Established", "crd/gizmos.example.io", "--timeout=10s");
        (await OkAsync("api-resources", "--api-group=example.io")).Should().Contain("gizmos").And.Contain("gz");
        (await OkInputAsync(Gizmo, ["apply", "-f", "-"])).Should().Contain("gizmo.example.io/g created");
        (await OkAsync("get", "gz")).Should().MatchRegex(@"NAME\s+COLOR\ng\s+red");
        (await OkAsync("get", "toys", "-o", "name")).Should().Contain("gizmo.example.io/g");
        (await OkAsync("get", "gz", "g", "-o", "yaml")).Should().Contain("size: 3");
        (await OkAsync("explain", "gizmo.spec")).Should().Contain("How it looks.").And.Contain("-required-");
        (await OkAsync("explain", "gizmo", "--recursive")).Should().Contain("color");
        (await FailAsync(Gizmo.Replace("red", "pink", StringComparison.Ordinal), "apply", "-f", "-"))
            .Should().Contain("The Gizmo \"g\" is invalid: spec.color: Unsupported value: \"pink\": supported values: \"red\", \"green\"");
        (await FailAsync(Gizmo.Replace("red", "red, colour: x", StringComparison.Ordinal), "apply", "-f", "-")).Should().Contain("unknown field").And.Contain("colour");
        (await OkAsync("describe", "gizmo", "g")).Should().Contain("Color:  red");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Explains_built_in_kinds(string kubectl)
    {
        await UseAsync(kubectl);
        (await OkAsync("explain", "pod.spec.containers.ports.containerPort")).Should().Contain("Number of port to expose on the pod's IP address");
        (await OkAsync("explain", "networkpolicy.spec.ingress")).Should().Contain("from");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Server_side_apply_owns_conflicts_and_gives_up_fields(string kubectl)
    {
        await UseAsync(kubectl);
        string Map(string data) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{{data}}}\n";
        await OkInputAsync(Map("a: mine, b: mine"), ["apply", "--server-side", "--field-manager=me", "-f", "-"]);
        (await FailAsync(Map("a: theirs"), "apply", "--server-side", "--field-manager=they", "-f", "-")).Should().Contain("conflict with \"me\"").And.Contain(".data.a");
        await OkInputAsync(Map("a: theirs"), ["apply", "--server-side", "--field-manager=they", "--force-conflicts", "-f", "-"]);
        await OkInputAsync(Map("c: mine"), ["apply", "--server-side", "--field-manager=me", "-f", "-"]);
        (await OkAsync("get", "cm", "m", "-o", "jsonpath={.data}")).Replace(" ", "", StringComparison.Ordinal).Replace("map[", "", StringComparison.Ordinal)
            .Should().Be("""{"a":"theirs","c":"mine"}""");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Watches_waits_and_respects_finalizers(string kubectl)
    {
        await UseAsync(kubectl);
        await OkAsync("create", "configmap", "m");
        await OkAsync("patch", "cm", "m", "--type=merge", "-p", """{"metadata":{"finalizers":["example.io/hold"]}}""");
        var watch = KubectlTools.RunAsync(version, server.Kubeconfig, null, null, ["-n", ns, "get", "cm", "m", "-w", "-o", "name", "--request-timeout=4s"]);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await OkAsync("delete", "cm", "m", "--wait=false");
        var gone = OkAsync("wait", "--for=delete", "cm/m", "--timeout=10s");
        (await OkAsync("get", "cm", "m", "-o", "jsonpath={.metadata.deletionTimestamp}")).Should().NotBeEmpty();
        await OkAsync("patch", "cm", "m", "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        (await gone).Should().Contain("condition met");
        (await watch).Output.Split('\n').Count(l => l is "configmap/m").Should().BeGreaterThanOrEqualTo(3, "the first state, the mark and the deletion");
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Everyday_commands(string kubectl)
    {
        await UseAsync(kubectl);
        await OkAsync("create", "secret", "generic", "s", "--from-literal=a=b");
        await OkAsync("create", "serviceaccount", "sa");
        await OkAsync("run", "p", "--image=i");
        (await OkAsync("get", "pods", "-o", "wide")).Should().MatchRegex(@"p\s+0/1\s+Pending");
        (await OkAsync("describe", "pod", "p")).Should().Contain("Image:");
        (await OkAsync("describe", "ns", ns)).Should().Contain("Active");
        (await OkAsync("get", "all")).Should().Contain("pod/p");
        (await OkAsync("get", "secrets,sa,nodes,crd", "-A", "-o", "json")).Should().Contain("\"kind\": \"List\"");
        (await OkAsync("auth", "can-i", "create", "pods")).Should().Contain("yes");
        (await OkAsync("get", "pods", "--field-selector", "status.phase!=Pending")).Should().Contain("No resources found");
        (await OkAsync("delete", "pods", "--all")).Should().Contain("deleted");
        (await OkInputAsync(Deployment, ["apply", "--dry-run=server", "-f", "-"])).Should().Contain("created (server dry run)");
        (await OkAsync("version")).Should().Contain("v1.3");
        (await FailAsync(null, "get", "pod", "p")).Should().Contain("Error from server (NotFound): pods \"p\" not found");
    }

    private async Task UseAsync(string kubectl)
    {
        version = kubectl;
        ns = "kubectl-" + Guid.NewGuid().ToString("N")[..8];
        var (exit, output) = await KubectlTools.RunAsync(version, server.Kubeconfig, null, null, ["create", "ns", ns]);
        exit.Should().Be(0, output);
    }

    private Task<string> OkAsync(params string[] arguments) => OkInputAsync(null, arguments);

    private Task<string> OkInputAsync(string? input, string[] arguments) => RunAsync(input, arguments, fails: false);

    private Task<string> FailAsync(string? input, params string[] arguments) => RunAsync(input, arguments, fails: true);

    private async Task<string> RunAsync(string? input, string[] arguments, bool fails)
    {
        var (exit, output) = await KubectlTools.RunAsync(version, server.Kubeconfig, input, null, ["-n", ns, .. arguments]);
        (exit != 0).Should().Be(fails, "kubectl {0} {1} said: {2}", version, string.Join(' ', arguments), output);
        return output;
    }
}
