using Overlay.Api.Json;

namespace Overlay.NodeAgent.Tests.Policies;

/// <summary>Every kind of policy that the cluster holds reaches the table, with what it needs to know of pods and nodes.</summary>
public sealed class GatheringTests : IDisposable
{
    private readonly GatheringBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_NetworkPolicy_isolates_and_grants()
    {
        Put("""{"metadata":{"name":"back","namespace":"shop"},"spec":{"podSelector":{"matchLabels":{"app":"back"}},"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"front"}}}],"ports":[{"port":8080}]}]}}""");

        _bed.Takes(GatheringBed.Front, 8080).Should().BeTrue();
        _bed.Takes(GatheringBed.Front, 9090).Should().BeFalse();
        _bed.Takes(GatheringBed.Back, 8080).Should().BeFalse();
    }

    [Theory]
    [InlineData("http", 8080, true)]
    [InlineData("proxy", 15001, true)]
    [InlineData("setup", 7000, false)]
    public void A_port_is_known_by_the_name_that_containers_and_sidecars_give_it(string name, ushort port, bool known)
    {
        Put($$"""{"metadata":{"name":"back","namespace":"shop"},"spec":{"podSelector":{},"ingress":[{"ports":[{"port":"{{name}}"}]}]} }""");

        _bed.Takes(GatheringBed.Front, port).Should().Be(known);
        _bed.Takes(GatheringBed.Front, 9090).Should().BeFalse();
    }

    [Fact]
    public void Named_ports_outlive_the_pods_object_until_the_pod_itself_is_gone()
    {
        Put("""{"metadata":{"name":"back","namespace":"shop"},"spec":{"podSelector":{},"ingress":[{"ports":[{"port":"http"}]}]}}""");
        _bed.Table();

        _bed.Caches.Pods.Replace([]);

        _bed.Takes(GatheringBed.Front, 8080).Should().BeTrue();
    }

    [Fact]
    public void A_ClusterNetworkPolicy_comes_before_the_namespaces_own()
    {
        Put("""{"metadata":{"name":"all","namespace":"shop"},"spec":{"podSelector":{},"ingress":[{}]}}""");
        PutCluster("""{"metadata":{"name":"no-front"},"spec":{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"ingress":[{"action":"Deny","from":[{"pods":{"namespaceSelector":{},"podSelector":{"matchLabels":{"app":"front"}}}}]}]}}""");

        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();
        _bed.Takes(GatheringBed.Back, 8080).Should().BeTrue();
    }

    [Fact]
    public void Nodes_are_known_by_the_labels_and_addresses_of_their_Subnets()
    {
        Put("""{"metadata":{"name":"closed","namespace":"shop"},"spec":{"podSelector":{},"policyTypes":["Egress"]}}""");
        PutCluster("""{"metadata":{"name":"to-nodes"},"spec":{"tier":"Admin","priority":1,"subject":{"namespaces":{}},"egress":[{"action":"Accept","to":[{"nodes":{"matchLabels":{"disk":"ssd"}}}]}]}}""");

        _bed.Leaves("192.0.2.2", 443).Should().BeTrue();
        _bed.Leaves("192.0.2.9", 443).Should().BeFalse();
    }

    [Fact]
    public void A_NetworkPolicy_of_a_namespace_that_is_being_deleted_stays_while_pods_of_it_run_here()
    {
        Put("""{"metadata":{"name":"closed","namespace":"shop"},"spec":{"podSelector":{}}}""");
        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();

        _bed.Caches.Namespaces.Replace([GatheringBed.Namespace("shop", ending: true), GatheringBed.Namespace("spare")]);
        _bed.Caches.NetworkPolicies.Replace([]);

        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();
    }

    [Fact]
    public void A_pod_that_is_scheduled_here_is_judged_before_it_is_wired()
    {
        Put("""{"metadata":{"name":"closed","namespace":"shop"},"spec":{"podSelector":{},"egress":[{"to":[{"ipBlock":{"cidr":"0.0.0.0/0"}}]}]}}""");
        _bed.Schedule("front-1", "front");

        var before = _bed.Gather();
        before.Inputs.Table.Destinations.Select(d => d.Workload.ToString()).Should().HaveCount(2).And.Contain(w => w.Contains("app=front", StringComparison.Ordinal));
        before.Inputs.Pods.Should().HaveCount(1, "it has no wire");
        before.Pods.Should().HaveCount(1);

        _bed.Wire("front-1", "front", "10.255.1.6");
        var after = _bed.Gather();
        after.Inputs.Table.Destinations.Select(d => d.Workload).Should().Equal(before.Inputs.Table.Destinations.Select(d => d.Workload), "its workload is what it was foreseen to be");
        after.Inputs.Table.Senders.Should().HaveCount(2);
        after.Inputs.Pods.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("hostNetwork", """{"spec":{"nodeName":"n1","hostNetwork":true}}""")]
    [InlineData("ended", """{"spec":{"nodeName":"n1"},"status":{"phase":"Succeeded"}}""")]
    public void Nothing_is_foreseen_for_a_pod_that_will_have_no_wire(string name, string rest)
    {
        _bed.Schedule(name, "front", rest);

        _bed.Table().Destinations.Should().ContainSingle();
    }

    [Fact]
    public void A_policy_that_vanished_with_its_namespace_goes_with_the_namespaces_last_pod()
    {
        Put("""{"metadata":{"name":"closed","namespace":"shop"},"spec":{"podSelector":{}}}""");
        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();
        _bed.Caches.Namespaces.Replace([GatheringBed.Namespace("shop", ending: true), GatheringBed.Namespace("spare")]);
        _bed.Caches.NetworkPolicies.Replace([]);
        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();
        _bed.Takes(GatheringBed.Front, 8080).Should().BeFalse();

        _bed.Caches.Namespaces.Replace([GatheringBed.Namespace("shop"), GatheringBed.Namespace("spare")]);

        _bed.Takes(GatheringBed.Front, 8080).Should().BeTrue();
    }

    [Fact]
    public void The_view_of_the_nodes_is_the_same_object_until_a_Subnet_changes()
    {
        var view = new Overlay.NodeAgent.Cluster.NodeView(_bed.Caches, "n1");
        var before = view.Read().Network;
        view.Read().Network.Should().BeSameAs(before);
        Put("""{"metadata":{"name":"closed","namespace":"shop"},"spec":{"podSelector":{}}}""");
        view.Read().Network.Should().BeSameAs(before);

        var other = _bed.Caches.Subnets.Snapshot().Single(subnet => subnet.Spec.NodeName == "n2");
        _bed.Caches.Subnets.Put(other with { Status = new Overlay.Api.Subnets.SubnetStatus { Phase = Overlay.Api.Subnets.AllocationPhase.Released } });

        view.Read().Network!.Others.Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_made_of_half_of_the_kinds()
    {
        var caches = new Overlay.NodeAgent.Cluster.ClusterCaches();
        caches.Policies.Replace([]);

        caches.HaveSynced.Should().BeFalse();
        caches.Missing.Should().Contain(["networkpolicies", "clusternetworkpolicies"]).And.NotContain("overlaypolicies");
    }

    private void Put(string policy) => _bed.Caches.NetworkPolicies.Replace([GatheringBed.Read(OverlayJson.Default.NetworkPolicy, policy)]);

    private void PutCluster(string policy) => _bed.Caches.ClusterPolicies.Replace([GatheringBed.Read(OverlayJson.Default.ClusterNetworkPolicy, policy)]);
}
