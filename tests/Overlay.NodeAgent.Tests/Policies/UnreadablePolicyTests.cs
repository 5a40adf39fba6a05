using System.Text.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Policies;

/// <summary>A policy that can not be read closes what is known of it: its namespace, or its subject.</summary>
public sealed class UnreadablePolicyTests : IDisposable
{
    private static readonly ObjectMeta Metadata = new() { Name = "odd", Namespace = "shop", Uid = "u" };

    private readonly GatheringBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_NetworkPolicy_isolates_its_namespace_in_both_directions()
    {
        _bed.Caches.NetworkPolicies.Replace([UnreadablePolicy.Network(Metadata, Body("{}"), "spec.ingress: no")]);

        _bed.Takes(GatheringBed.Front, 80).Should().BeFalse();
        _bed.Leaves("198.51.100.1", 80).Should().BeFalse();
    }

    [Fact]
    public void An_OverlayPolicy_isolates_its_namespace_in_both_directions()
    {
        _bed.Caches.Policies.Replace([UnreadablePolicy.Overlay(Metadata, Body("{}"), "spec.ingress: no")]);

        _bed.Takes(GatheringBed.Front, 80).Should().BeFalse();
        _bed.Leaves("198.51.100.1", 80).Should().BeFalse();
    }

    [Fact]
    public void Another_namespace_does_not_notice()
    {
        _bed.Caches.NetworkPolicies.Replace([UnreadablePolicy.Network(Metadata with { Namespace = "spare" }, Body("{}"), "spec.ingress: no")]);

        _bed.Takes(GatheringBed.Front, 80).Should().BeTrue();
        _bed.Leaves("198.51.100.1", 80).Should().BeTrue();
    }

    [Theory]
    [InlineData("""{"spec":{"tier":"Admin","priority":"one","subject":{"namespaces":{}},"ingress":[{"action":"Accept","from":7}]}}""", false, true)]
    [InlineData("""{"spec":{"subject":{"pods":{"podSelector":{"matchLabels":{"app":"back"}}}},"egress":7}}""", true, false)]
    [InlineData("""{"spec":{"subject":{"namespaces":{"matchLabels":{"kubernetes.io/metadata.name":"spare"}}},"ingress":7,"egress":7}}""", true, true)]
    [InlineData("""{"spec":{"subject":"everybody","ingress":7,"egress":7}}""", true, true)]
    [InlineData("""{"spec":7}""", true, true)]
    public void A_ClusterNetworkPolicy_denies_its_subject_in_the_directions_that_it_has_rules_for(string text, bool takes, bool leaves)
    {
        _bed.Caches.ClusterPolicies.Replace([UnreadablePolicy.Cluster(new ObjectMeta { Name = "odd" }, Body(text), "spec: no")]);

        _bed.Takes(GatheringBed.Front, 80).Should().Be(takes);
        _bed.Leaves("198.51.100.1", 80).Should().Be(leaves);
    }

    [Fact]
    public void The_compiler_calls_each_of_them_a_problem()
    {
        PolicyValidation.Check(UnreadablePolicy.Network(Metadata, Body("{}"), "no")).Should().NotBeEmpty();
        PolicyValidation.Check(UnreadablePolicy.Overlay(Metadata, Body("{}"), "no")).Should().NotBeEmpty();
        PolicyValidation.Check(UnreadablePolicy.Cluster(Metadata, Body("""{"spec":{"ingress":[7]}}"""), "no")).Should().NotBeEmpty();
    }

    private static JsonElement Body(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
