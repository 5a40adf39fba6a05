namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>What is wrong is refused where it enters, with what is wrong and how to mend it; nothing is half made.</summary>
[Collection(LabCollection.Name)]
public sealed class BadInputTests(LabFixture lab)
{
    [Theory]
    [InlineData("""{"spec":{"mtu":1000}}""", "spec.mtu")]
    [InlineData("""{"spec":{"vni":16777216}}""", "spec.vni")]
    [InlineData("""{"spec":{"vni":0}}""", "spec.vni")]
    [InlineData("""{"spec":{"port":70000}}""", "spec.port")]
    [InlineData("""{"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24},{"cidr":"10.300.0.0/16","nodePrefixLength":24}]}}""", "cidr")]
    [InlineData("""{"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24},{"cidr":"10.9.0.0/24","nodePrefixLength":16}]}}""", "nodePrefixLength")]
    [InlineData("""{"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24},{"cidr":"10.255.128.0/17","nodePrefixLength":24}]}}""", "overlap")]
    [InlineData("""{"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":25}]}}""", "nodePrefixLength")]
    public void A_wrong_change_of_the_network_is_refused_and_changes_nothing(string patch, string named)
    {
        var before = lab.Kubectl("get", "overlaynetwork", "default", "-o", "jsonpath={.spec}").Checked();

        var answer = lab.Kubectl("patch", "overlaynetwork", "default", "--type=merge", "-p", patch);

        answer.ExitCode.Should().NotBe(0);
        answer.Errors.Should().ContainEquivalentOf(named);
        lab.Kubectl("get", "overlaynetwork", "default", "-o", "jsonpath={.spec}").Checked().Should().Be(before);
    }

    [Fact]
    public void A_second_network_is_refused()
    {
        var answer = lab.KubectlWith(
            """
            apiVersion: overlay-cni.io/v1alpha1
            kind: OverlayNetwork
            metadata: {name: second}
            spec:
              pools: [{cidr: 10.77.0.0/16, nodePrefixLength: 24}]
            """,
            "apply", "-f", "-");

        answer.ExitCode.Should().NotBe(0);
        answer.Errors.Should().Contain("default");
    }

    [Theory]
    [InlineData("{protocol: ICPM, port: 80}", "protocol")]
    [InlineData("{protocol: TCP, port: 0}", "port")]
    [InlineData("{protocol: TCP, port: 65536}", "port")]
    [InlineData("{protocol: TCP, port: http, endPort: 90}", "endPort")]
    [InlineData("{protocol: TCP, port: 80, endPort: 79}", "endPort")]
    [InlineData("{protocol: TCP, endPort: 79}", "port")]
    public void A_policy_with_an_unknown_protocol_or_port_is_refused(string port, string named)
    {
        var answer = lab.KubectlWith(
            $$"""
            apiVersion: overlay-cni.io/v1alpha1
            kind: OverlayPolicy
            metadata: {name: wrong, namespace: shop}
            spec:
              podSelector: {}
              ingress:
              - ports: [{{port}}]
            """,
            "apply", "-f", "-");

        // Taken away if it was accepted: it would isolate the shop that other tests use.
        var left = lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "wrong");
        answer.ExitCode.Should().NotBe(0);
        answer.Errors.Should().Contain(named);
        left.ExitCode.Should().NotBe(0, "nothing is half made");
    }
}
