using System.Net.Http.Headers;
using System.Text;

namespace Overlay.Operator.Tests.Cluster;

/// <summary>Bad input is refused where it enters, by the schemas, with a message that says what and how to mend it.</summary>
public sealed class SchemaTests
{
    private const string Networks = "apis/overlay-cni.io/v1alpha1/overlaynetworks";
    private const string Policies = "apis/overlay-cni.io/v1alpha1/namespaces/default/overlaypolicies";
    private const string Tags = "apis/overlay-cni.io/v1alpha1/workloadtags";
    private const string Subnets = "apis/overlay-cni.io/v1alpha1/subnets";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24},{"cidr":"10.255.128.0/17","nodePrefixLength":24}]}""", "pools overlap")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/25","nodePrefixLength":24}]}""", "smaller than one node's subnet")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":31}]}""", "at most 30")]
    [InlineData("default", """{"pools":[{"cidr":"fd00::/16","nodePrefixLength":64}]}""", "more than 16777216 subnets")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0","nodePrefixLength":24}]}""", "not a CIDR")]
    [InlineData("default", """{"pools":[{"cidr":"10.256.0.0/16","nodePrefixLength":24}]}""", "not a CIDR")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.1.0/16","nodePrefixLength":24}]}""", "beyond its prefix length")]
    [InlineData("default", """{"pools":[]}""", "spec.pools")]
    [InlineData("default", "{}", "spec.pools")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"mtu":1279}""", "at least 1280 bytes")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"vni":16777216}""", "spec.vni")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"vni":0}""", "spec.vni")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"port":70000}""", "spec.port")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"rules":{"backend":"ebpf"}}""", "nftables")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"masquerade":{"exceptions":["everywhere"]}}""", "not a CIDR")]
    [InlineData("default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}],"workloadLabels":["no spaces"]}""", "workloadLabels")]
    [InlineData("second", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]}""", "one OverlayNetwork in a cluster")]
    public Task Of_networks(string name, string spec, string message) => RefusedAsync(Networks, "OverlayNetwork", name, spec, message);

    [Theory]
    [InlineData("""{"ingress":[{"ports":[{"protocol":"GRE"}]}]}""", "protocol")]
    [InlineData("""{"ingress":[{"ports":[{"protocol":"ICMP","port":8}]}]}""", "icmpType")]
    [InlineData("""{"ingress":[{"ports":[{"protocol":"TCP","icmpType":8}]}]}""", "ICMP")]
    [InlineData("""{"ingress":[{"ports":[{"protocol":"ICMP","icmpCode":8}]}]}""", "icmpType")]
    [InlineData("""{"ingress":[{"ports":[{"port":"http","endPort":90}]}]}""", "number")]
    [InlineData("""{"ingress":[{"ports":[{"port":"No_Name"}]}]}""", "port")]
    [InlineData("""{"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0"}}]}]}""", "CIDR")]
    [InlineData("""{"ingress":[{"from":[{"podSelector":{},"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}""", "alone")]
    [InlineData("""{"ingress":[{"action":"Maybe"}]}""", "action")]
    [InlineData("""{"mode":"Off"}""", "mode")]
    [InlineData("""{"ingress":[{"ports":[{"port":0}]}]}""", "port")]
    [InlineData("""{"ingress":[{"ports":[{"port":70000}]}]}""", "port")]
    [InlineData("""{"ingress":[{"ports":[{"port":"a-name-too-long-for-it"}]}]}""", "port")]
    [InlineData("""{"ingress":[{"ports":[{"endPort":90}]}]}""", "endPort needs port")]
    [InlineData("""{"ingress":[{"ports":[{"port":90,"endPort":80}]}]}""", "endPort must not be less than port")]
    [InlineData("""{"ingress":[{"from":[{}]}]}""", "a podSelector, a namespaceSelector or both")]
    [InlineData("""{"podSelector":{"matchExpressions":[{"key":"app","operator":"In"}]}}""", "at least one value")]
    [InlineData("""{"podSelector":{"matchExpressions":[{"key":"app","operator":"Exists","values":["a"]}]}}""", "take none")]
    [InlineData("""{"podSelector":{"matchExpressions":[{"key":"app","operator":"Is","values":["a"]}]}}""", "operator")]
    [InlineData("""{"policyTypes":["Sideways"]}""", "policyTypes")]
    public Task Of_policies(string spec, string message) => RefusedAsync(Policies, "OverlayPolicy", "p", spec, message);

    [Theory]
    [InlineData("tag-00042", """{"tag":43,"namespace":"a","keys":[],"labels":{}}""", "its number in five digits")]
    [InlineData("tag-42", """{"tag":42,"namespace":"a","keys":[],"labels":{}}""", "its number in five digits")]
    [InlineData("tag-00015", """{"tag":15,"namespace":"a","keys":[],"labels":{}}""", "spec.tag")]
    [InlineData("tag-00042", """{"tag":42,"namespace":"a","keys":["app"],"labels":{"tier":"web"}}""", "a key that keys does not list")]
    public Task Of_tags(string name, string spec, string message) => RefusedAsync(Tags, "WorkloadTag", name, spec, message);

    [Theory]
    [InlineData("10.255.3.0-24", "10.255.2.0/24", "10.255.2.0", "the lock on the block")]
    [InlineData("10.255.2.0-24", "10.255.2.0/24", "10.255.3.0", "vtepAddress is not within cidr")]
    [InlineData("fd00-0255-0000-0002-0000-0000-0000-0000-64", "fd00:255:0:3::/64", "fd00:255:0:3::", "the lock on the block")]
    public Task Of_subnets(string name, string cidr, string vtep, string message) => RefusedAsync(
        Subnets, "Subnet", name, $$"""{"cidr":"{{cidr}}","nodeName":"n","nodeUid":"u","vtepAddress":"{{vtep}}","vtepMac":"02:00:00:00:00:01"}""", message);

    [Fact]
    public async Task What_can_not_change_is_refused_when_it_does()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = new HttpClient { BaseAddress = cluster.Connection.Settings.Server };
        await cluster.NetworkAsync();
        (await PatchAsync(http, Networks + "/default", """{"spec":{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":25}]}}"""))
            .Should().Contain("422").And.Contain("nodePrefixLength of a pool can not change");
        (await PatchAsync(http, Networks + "/default", """{"spec":{"pools":[{"cidr":"10.254.0.0/16","nodePrefixLength":25}]}}""")).Should().StartWith("200");

        (await PostAsync(http, Tags, "WorkloadTag", "tag-00042", """{"tag":42,"namespace":"a","keys":["app"],"labels":{"app":"x"}}""")).Should().StartWith("201");
        (await PatchAsync(http, Tags + "/tag-00042", """{"spec":{"labels":{"app":"y"}}}""")).Should().Contain("422").And.Contain("never changes");

        (await PostAsync(http, Subnets, "Subnet", "fd00-0255-0000-0002-0000-0000-0000-0000-64",
            """{"cidr":"fd00:255:0:2::/64","nodeName":"n","nodeUid":"u","vtepAddress":"fd00:255:0:2::","vtepMac":"02:00:00:00:00:01"}""")).Should().StartWith("201");
        (await PatchAsync(http, Subnets + "/fd00-0255-0000-0002-0000-0000-0000-0000-64", """{"spec":{"nodeUid":"v"}}"""))
            .Should().Contain("422").And.Contain("can not move");
    }

    [Fact]
    public async Task What_is_left_out_is_filled_in()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = new HttpClient { BaseAddress = cluster.Connection.Settings.Server };
        (await PostAsync(http, Networks, "OverlayNetwork", "default", """{"pools":[{"cidr":"10.255.0.0/16","nodePrefixLength":24}]}"""))
            .Should().Contain("\"vni\":1").And.Contain("\"port\":4789").And.Contain("\"backend\":\"auto\"").And.Contain("\"defaultAction\":\"Allow\"").And.Contain("k8s-app");
    }

    private static async Task RefusedAsync(string path, string kind, string name, string spec, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = new HttpClient { BaseAddress = cluster.Connection.Settings.Server };
        (await PostAsync(http, path, kind, name, spec)).Should().StartWith("422").And.Contain(message);
    }

    private static async Task<string> PostAsync(HttpClient http, string path, string kind, string name, string spec)
    {
        var body = $$"""{"apiVersion":"overlay-cni.io/v1alpha1","kind":"{{kind}}","metadata":{"name":"{{name}}"},"spec":{{spec}}}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        return $"{(int)answer.StatusCode} {Plain(await answer.Content.ReadAsStringAsync(Cancel))}";
    }

    private static async Task<string> PatchAsync(HttpClient http, string path, string patch)
    {
        using var content = new StringContent(patch, new MediaTypeHeaderValue("application/merge-patch+json"));
        using var answer = await http.PatchAsync(new Uri(path, UriKind.Relative), content, Cancel);
        return $"{(int)answer.StatusCode} {Plain(await answer.Content.ReadAsStringAsync(Cancel))}";
    }

    private static string Plain(string json) => json.Replace("\\u0027", "'", StringComparison.Ordinal);
}
