using Overlay.EndToEnd.Tests.Commands;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary><c>kubectl get -w</c> in a running cluster: what operator, agents and other users change is seen as it happens.</summary>
[Collection(LabCollection.Name)]
public sealed class KubectlWatchTests(LabFixture lab)
{
    private static readonly string Policy = KubectlTool.Policy("watched");

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task A_policy_is_seen_to_come_to_be_accepted_to_change_and_to_go(string version)
    {
        lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "watched", "--ignore-not-found").Checked();
        lab.KubectlWith(KubectlTool.Policy("there-before"), "apply", "-f", "-").Checked();
        using var watch = Watch(
            version, "overlaypolicy", "-o",
            "jsonpath={.type} {.object.metadata.name} {.object.spec.ingress[0].ports[0].port} {.object.status.conditions[?(@.type==\"Accepted\")].status}{\"\\n\"}");
        await watch.UntilSaidAsync("ADDED there-before");

        lab.KubectlWith(Policy, "apply", "-f", "-").Checked();
        await watch.UntilSaidAsync("ADDED watched 80");
        await watch.UntilSaidAsync("MODIFIED watched 80 True");
        lab.KubectlWith(Policy.Replace("port: 80", "port: 81", StringComparison.Ordinal), "apply", "-f", "-").Checked();
        await watch.UntilSaidAsync("MODIFIED watched 81");
        lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "watched", "there-before").Checked();
        await watch.UntilSaidAsync("DELETED watched 81");

        watch.Lines.Select(l => l.Split(' ')).Where(l => l[1] is "watched").Select(l => l[0]).Distinct().Should().Equal("ADDED", "MODIFIED", "DELETED");
    }

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task A_pod_is_seen_on_its_way_in_the_columns_that_get_shows(string version)
    {
        var name = "watched-" + version[^2..];
        using var watch = Watch(version, "pods");
        await watch.UntilSaidAsync("frontend");

        Command.Run(lab.Cluster.Instance, null, KubectlTool.Path(version), "--kubeconfig", lab.Cluster.Instance.Kubeconfig, "run", name, "-n", "shop", "--image=overlay-lab/echo", "--restart=Never", "--labels=app=watched").Checked();
        await Until.TrueAsync(TimeSpan.FromSeconds(30), "the pod to be seen running", () => Rows(watch, name).Any(r => r[3] is "Running"), () => watch.Output);
        lab.Kubectl("delete", "pod", name, "-n", "shop", "--timeout=20s").Checked();
        await Until.TrueAsync(TimeSpan.FromSeconds(30), "the pod to be seen going", () => Rows(watch, name).Any(r => r[0] is "DELETED"), () => watch.Output);

        Fields(watch.Lines.First()).Should().Equal("EVENT", "NAME", "READY", "STATUS", "RESTARTS", "AGE");
        Rows(watch, name)[0][0].Should().Be("ADDED");
        Rows(watch, name).Select(r => r[3]).Where(s => s is "Pending" or "Running").Distinct().Should().Equal("Pending", "Running");
    }

    /// <summary>
    /// It lists before it watches: once something that was there before is printed, everything after is seen.
    /// </summary>
    private RunningProgram Watch(string version, params ReadOnlySpan<string> arguments) =>
        RunningProgram.Start(KubectlTool.Path(version), ["--kubeconfig", lab.Cluster.Instance.Kubeconfig, "get", "--watch", "--output-watch-events", "-n", "shop", .. arguments]);

    private static List<string[]> Rows(RunningProgram watch, string name) => [.. watch.Lines.Select(Fields).Where(r => r.Length > 3 && r[1] == name)];

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
