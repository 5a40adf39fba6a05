using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>Debian's kubectl (1.20) and a recent one, on our kinds, in a whole running cluster.</summary>
[Collection(LabCollection.Name)]
public sealed class KubectlTests(LabFixture lab)
{
    private static readonly string Policy = KubectlTool.Policy("by-hand");

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public void Get_shows_useful_columns_of_every_kind(string version)
    {
        Kubectl(version, "get", "overlay", "-A").Checked().Should().ContainAll("overlaynetwork.overlay-cni.io/default", "tag-0", "10.255.1.0-24");
        Kubectl(version, "get", "subnets").Checked().Should().ContainAll("CIDR", "NODE", "10.255.2.0/24", "node2");
        Kubectl(version, "get", "workloadtags").Checked().Should().ContainAll("TAG", "shop", "payments");
    }

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public void Explain_knows_our_fields(string version) =>
        Kubectl(version, "explain", "overlaypolicy.spec.ingress").Checked().Should().ContainAll("from", "ports");

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task A_policy_s_life_apply_describe_edit_patch_delete(string version)
    {
        Kubectl(version, "delete", "overlaypolicy", "-n", "shop", "by-hand", "--ignore-not-found").Checked();
        KubectlWith(version, Policy, "apply", "-f", "-").Checked().Should().Contain("created");
        KubectlWith(version, Policy, "apply", "-f", "-").Checked().Should().Contain("unchanged");
        KubectlWith(version, Policy.Replace("port: 80", "port: 81", StringComparison.Ordinal), "apply", "-f", "-").Checked().Should().Contain("configured");

        await Until.TrueAsync(
            TimeSpan.FromSeconds(5),
            "the operator to accept the policy",
            () => Kubectl(version, "get", "overlaypolicy", "-n", "shop", "by-hand", "-o", "jsonpath={.status.conditions[?(@.type=='Accepted')].status}").Output.Contains("True", StringComparison.Ordinal));
        Kubectl(version, "describe", "overlaypolicy", "-n", "shop", "by-hand").Checked().Should().ContainAll("by-hand", "Accepted", "81");

        Edit(version, "s/port: 81/port: 82/").Checked().Should().Contain("edited");
        Kubectl(version, "patch", "overlaypolicy", "-n", "shop", "by-hand", "--type=merge", "-p", """{"metadata":{"labels":{"by":"hand"}}}""").Checked().Should().Contain("patched");
        Kubectl(version, "get", "overlaypolicy", "-n", "shop", "-l", "by=hand", "-o", "jsonpath={.items[0].spec.ingress[0].ports[0].port}").Checked().Should().Be("82");
        Kubectl(version, "delete", "overlaypolicy", "-n", "shop", "by-hand").Checked().Should().Contain("deleted");
    }

    [Theory]
    [MemberData(nameof(KubectlTool.Versions), MemberType = typeof(KubectlTool))]
    public async Task Create_and_delete_a_pod_as_on_any_cluster(string version)
    {
        var name = "visitor-" + version[^2..];
        Kubectl(version, "run", name, "-n", "shop", "--image=overlay-lab/echo", "--restart=Never", "--labels=app=visitor").Checked();
        Kubectl(version, "wait", "pod", name, "-n", "shop", "--for=condition=Ready", "--timeout=20s").Checked();
        using (var pod = await lab.Cluster.WaitRunningAsync("shop", name, TestContext.Current.CancellationToken))
            Kubectl(version, "get", "pod", name, "-n", "shop", "-o", "wide").Checked().Should().ContainAll("Running", pod.Address.ToString(), pod.Node.Name);

        Kubectl(version, "delete", "pod", name, "-n", "shop", "--timeout=20s").Checked();

        Netlink.NetworkNamespace.Names().Should().NotContain(n => n.Contains($"-pod-shop-{name}-", StringComparison.Ordinal));
    }

    private CommandOutput Edit(string version, string change) => Command.Run(
        lab.Cluster.Instance,
        null,
        null,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBE_EDITOR"] = $"sed -i '{change}'" },
        KubectlTool.Path(version),
        "--kubeconfig", lab.Cluster.Instance.Kubeconfig, "edit", "overlaypolicy", "-n", "shop", "by-hand");

    private CommandOutput Kubectl(string version, params ReadOnlySpan<string> arguments) => KubectlWith(version, null, arguments);

    private CommandOutput KubectlWith(string version, string? manifest, params ReadOnlySpan<string> arguments) =>
        Command.Run(lab.Cluster.Instance, null, manifest, null, KubectlTool.Path(version), ["--kubeconfig", lab.Cluster.Instance.Kubeconfig, .. arguments]);
}
