using System.Text.Json;
using Overlay.Api.Json;

namespace Overlay.Api.Tests;

/// <summary>A packed policy says what it said before.</summary>
public class PackedPolicyTests
{
    [Theory]
    [InlineData("""{"podSelector":{}}""")]
    [InlineData("""{"podSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["a","b"]}]},"policyTypes":[],"mode":"Audit","ingress":[]}""")]
    [InlineData("""{"podSelector":{"matchLabels":{"app":"a"}},"policyTypes":["Ingress","Sideways"],"ingress":[{"action":"Maybe","log":true,"from":[{"namespaceSelector":{}},{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],"ports":[{"port":80,"endPort":90},{"port":"http"},{"port":true},{"protocol":"ICMP","icmpType":8}]},null],"egress":[{}]}""")]
    public void A_packed_policy_says_what_it_said(string spec)
    {
        var policy = JsonSerializer.Deserialize($$"""{"metadata":{"name":"p","namespace":"n"},"spec":{{spec}}}""", OverlayJson.Default.OverlayPolicy)!;
        var packed = policy.Packed();
        JsonSerializer.Serialize(packed, OverlayJson.Default.OverlayPolicy).Should().Be(JsonSerializer.Serialize(policy, OverlayJson.Default.OverlayPolicy));
        packed.Spec.Ingress?.Length.Should().Be(policy.Spec.Ingress?.Length);
        packed.Metadata.Should().BeSameAs(policy.Metadata);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"egress":[{"to":[{"podSelector":{"matchLabels":{"app":"a"}}}]}]}""")]
    public void So_does_a_packed_NetworkPolicy(string spec)
    {
        var policy = JsonSerializer.Deserialize($$"""{"metadata":{"name":"p","namespace":"n"},"spec":{{spec}}}""", OverlayJson.Default.NetworkPolicy)!;
        JsonSerializer.Serialize(policy.Packed(), OverlayJson.Default.NetworkPolicy).Should().Be(JsonSerializer.Serialize(policy, OverlayJson.Default.NetworkPolicy));
    }
}
