using Overlay.EndToEnd.Tests.Commands;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary><c>kubectl get -w</c> in a running cluster: what operator, agents and other users change is seen as it happens.</summary>
[Collection(LabCollection.Name)]
public sealed class KubectlWatchTests(LabFixture lab)
{
    private const string Policy = """
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayPolicy
        metadata:
          name: watched
          namespace: shop
        spec:
          podSelector:
            matchLabels: {app: nobody}
          ingress:
          - ports: [{protocol: TCP, port: 80}]
        """;

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task A_policy_is_seen_to_come_to_be_accepted_to_change_and_to_go(string version)
    {
        lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "watched", "--ignore-not-found").Checked();
        using var watch = Watch(
            version, "overlaypolicy", "-n", "shop", "--field-selector=metadata.name=watched", "--output-watch-events",
            "-o", "jsonpath={.type} {.object.spec.ingress[0].ports[0].port} {.object.status.conditions[?(@.type==\"Accepted\")].status}{\"\\n\"}");

        lab.KubectlWith(Policy, "apply", "-f", "-").Checked();
        await watch.UntilSaidAsync("ADDED 80");
        await watch.UntilSaidAsync("MODIFIED 80 True");
        lab.KubectlWith(Policy.Replace("port: 80", "port: 81", StringComparison.Ordinal), "apply", "-f", "-").Checked();
        await watch.UntilSaidAsync("MODIFIED 81");
        lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "watched").Checked();
        await watch.UntilSaidAsync("DELETED 81");

        watch.Lines.Select(l => l.Split(' ')[0]).Distinct().Should().Equal("ADDED", "MODIFIED", "DELETED");
    }

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task A_pod_is_seen_on_its_way_in_the_columns_that_get_shows(string version)
    {
        var name = "watched-" + version[^2..];
        using var watch = Watch(version, "pods", "-n", "shop", "-l", "app=watched", "--output-watch-events");

        Command.Run(lab.Cluster.Instance, null, KubectlTool.Path(version), "--kubeconfig", lab.Cluster.Instance.Kubeconfig, "run", name, "-n", "shop", "--image=overlay-lab/echo", "--restart=Never", "--labels=app=watched").Checked();
        await watch.UntilSaidAsync("Running");
        lab.Kubectl("delete", "pod", name, "-n", "shop", "--timeout=20s").Checked();
        await watch.UntilSaidAsync("DELETED");

        var rows = watch.Lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        rows[0].Should().Equal("EVENT", "NAME", "READY", "STATUS", "RESTARTS", "AGE");
        rows.Skip(1).Should().OnlyContain(r => r[1] == name);
        rows[1].Take(1).Should().Equal("ADDED");
        rows.Select(r => r[3]).Where(s => s is "Pending" or "Running").Distinct().Should().Equal("Pending", "Running");
        rows[^1][0].Should().Be("DELETED");
    }

    /// <summary>What was there before is not told (--watch-only), so that the first line is the first change.</summary>
    private RunningProgram Watch(string version, params ReadOnlySpan<string> arguments) =>
        RunningProgram.Start(KubectlTool.Path(version), ["--kubeconfig", lab.Cluster.Instance.Kubeconfig, "get", "--watch-only", .. arguments]);
}
