using System.Net;
using System.Text;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Entities;

public sealed class EntityClientTests : IAsyncLifetime
{
    private const string Path = "/apis/overlay-cni.io/v1alpha1/subnets/10.255.2.0-24";
    private static readonly ObjectKey Key = new(null, "10.255.2.0-24");

    private readonly FakeStore _store = new();
    private readonly List<Request> _requests = [];
    private readonly ScriptedServer _server;
    private readonly ClusterConnection _connection;
    private readonly EntityClient<Subnet> _subnets;

    public EntityClientTests()
    {
        _server = new ScriptedServer((request, answer) =>
        {
            lock (_requests)
                _requests.Add(request);
            return _store.ServeAsync(request, answer);
        });
        _connection = new ClusterConnection(new ConnectionSettings { Server = _server.Address, RequestTimeout = TimeSpan.FromSeconds(5) });
        _subnets = new EntityClient<Subnet>(_connection, OverlayJson.Default.Subnet);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Subnet NewSubnet => new()
    {
        Metadata = new ObjectMeta { Name = Key.Name },
        Spec = new SubnetSpec { Cidr = "10.255.2.0/24", NodeName = "node-2", UnderlayAddresses = ["192.0.2.2"] },
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_created_is_read_back()
    {
        var made = await _subnets.CreateAsync(NewSubnet, Cancel);
        var read = await _subnets.GetAsync(Key, Cancel);

        made.Metadata.Uid.Should().NotBeNull();
        read.Should().BeEquivalentTo(made);
        read.Spec.Cidr.Should().Be("10.255.2.0/24");
        (await _subnets.FindAsync(new ObjectKey(null, "other"), Cancel)).Should().BeNull();
    }

    [Fact]
    public async Task A_taken_name_is_told_apart_from_a_conflict()
    {
        var first = await _subnets.CreateAsync(NewSubnet, Cancel);

        var taken = (await _subnets.Awaiting(s => s.CreateAsync(NewSubnet, Cancel)).Should().ThrowAsync<KubernetesException>()).Which;
        _store.Touch(Path);
        var late = (await _subnets.Awaiting(s => s.UpdateAsync(first, Cancel)).Should().ThrowAsync<KubernetesException>()).Which;

        (taken.IsAlreadyExists, taken.IsConflict).Should().Be((true, false));
        (late.IsAlreadyExists, late.IsConflict).Should().Be((false, true));
        taken.Message.Should().Be("create subnets 10.255.2.0-24: 409 AlreadyExists: the server says AlreadyExists");
    }

    [Fact]
    public async Task A_deletion_spares_what_has_changed_or_was_made_anew()
    {
        var made = await _subnets.CreateAsync(NewSubnet, Cancel);
        _store.Touch(Path);

        (await _subnets.Awaiting(s => s.DeleteAsync(Key, DeleteOptions.Exactly(made.Metadata), Cancel)).Should().ThrowAsync<KubernetesException>())
            .Which.IsConflict.Should().BeTrue();
        (await _subnets.Awaiting(s => s.DeleteAsync(Key, new DeleteOptions { Uid = "another" }, Cancel)).Should().ThrowAsync<KubernetesException>())
            .Which.IsConflict.Should().BeTrue();
        await _subnets.DeleteAsync(Key, new DeleteOptions { Uid = made.Metadata.Uid, Propagation = Propagation.Foreground }, Cancel);

        _store[Path].Should().BeNull();
        _requests[^1].Body.Should().Contain("\"propagationPolicy\":\"Foreground\"").And.Contain("\"kind\":\"DeleteOptions\"");
    }

    [Fact]
    public async Task A_change_is_made_again_on_what_another_made_of_the_object()
    {
        await _subnets.CreateAsync(NewSubnet, Cancel);
        var tries = 0;

        var changed = await _subnets.ChangeAsync(
            Key,
            present =>
            {
                if (tries++ < 3)
                    _store.Touch(Path);
                return present with { Spec = present.Spec with { VtepAddress = "10.255.2.0" } };
            },
            Cancel);

        tries.Should().Be(4);
        changed.Spec.VtepAddress.Should().Be("10.255.2.0");
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_not_sent()
    {
        await _subnets.CreateAsync(NewSubnet, Cancel);

        await _subnets.ChangeAsync(Key, present => present, Cancel);
        await _subnets.ChangeAsync(Key, _ => null, Cancel);

        _store.Seen.Should().NotContain(s => s.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_status_is_written_by_its_own_path()
    {
        var made = await _subnets.CreateAsync(NewSubnet, Cancel);

        await _subnets.UpdateStatusAsync(
            made with { Spec = made.Spec with { Cidr = "ignored" }, Status = new SubnetStatus { Phase = AllocationPhase.Released } }, Cancel);

        _store[Path]!["spec"]!["cidr"]!.ToString().Should().Be("10.255.2.0/24");
        _store[Path]!["status"]!["phase"]!.ToString().Should().Be("Released");
    }

    [Fact]
    public async Task Patches_name_their_format_and_field_manager()
    {
        await _subnets.CreateAsync(NewSubnet, Cancel);

        await _subnets.PatchAsync(Key, PatchFormat.Merge, Encoding.UTF8.GetBytes("""{"spec":{"vtepAddress":"10.255.2.0"}}"""), Cancel);
        await _subnets.ApplyAsync(NewSubnet, force: true, Cancel);

        _requests[^2].Headers["Content-Type"].Should().Be("application/merge-patch+json");
        _requests[^1].Headers["Content-Type"].Should().Be("application/apply-patch+yaml");
        _requests[^1].Query.Should().Contain("fieldManager", "overlay").And.Contain("force", "true");
        _store[Path]!["spec"]!["vtepAddress"]!.ToString().Should().BeEmpty("the apply states it");
    }

    [Fact]
    public async Task A_refusal_carries_the_wait_that_the_server_asks_for()
    {
        await using var server = new ScriptedServer((_, answer) => answer.FailAsync(429, "TooManyRequests", "slow down", "Retry-After: 7\r\n"));
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        var client = new EntityClient<Node>(connection, CoreJson.Default.Node);

        var refusal = (await client.Awaiting(c => c.GetAsync(new ObjectKey(null, "n"), Cancel)).Should().ThrowAsync<KubernetesException>()).Which;

        refusal.Code.Should().Be(HttpStatusCode.TooManyRequests);
        refusal.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
        refusal.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task A_proxys_own_page_is_quoted()
    {
        await using var server = new ScriptedServer((_, answer) => answer.JsonAsync("<html>Bad gateway</html>", 502));
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        var client = new EntityClient<Node>(connection, CoreJson.Default.Node);

        (await client.Awaiting(c => c.GetAsync(new ObjectKey(null, "n"), Cancel)).Should().ThrowAsync<KubernetesException>())
            .WithMessage("get nodes n: 502 BadGateway: <html>Bad gateway</html>");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        using var connection = new ClusterConnection(new ConnectionSettings { Server = new Uri("http://127.0.0.1:1") });
        var client = new EntityClient<Node>(connection, CoreJson.Default.Node);

        var failure = (await client.Awaiting(c => c.GetAsync(new ObjectKey(null, "n"), Cancel)).Should().ThrowAsync<KubernetesException>()).Which;

        failure.IsUnreachable.Should().BeTrue();
        failure.Message.Should().StartWith("get nodes n: http://127.0.0.1:1/ could not be reached: ");
    }

    [Fact]
    public async Task A_cancelled_request_is_a_cancellation_not_a_failure()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        var client = new EntityClient<Node>(connection, CoreJson.Default.Node);
        using var soon = new CancellationTokenSource(100);

        await client.Awaiting(c => c.GetAsync(new ObjectKey(null, "n"), soon.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Metadata_only_asks_for_partial_objects()
    {
        await using var server = new ScriptedServer((request, answer) =>
        {
            lock (_requests)
                _requests.Add(request);
            return request.Path.EndsWith("/pods", StringComparison.Ordinal)
                ? answer.JsonAsync("""{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"p","namespace":"shop","labels":{"app":"cart"}}}]}""")
                : answer.JsonAsync("""{"kind":"PartialObjectMetadata","metadata":{"name":"p"}}""");
        });
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address });
        var client = new EntityClient<PodMetadata>(connection, CoreJson.Default.PodMetadata, new EntityClientOptions { MetadataOnly = true });

        var list = await client.ListAsync(new EntitySelection { LabelSelector = "app in (cart)", FieldSelector = "spec.nodeName=n" }, new ListOptions(), Cancel);

        list.ResourceVersion.Should().Be("9");
        list.Items.Should().ContainSingle().Which.Metadata.Labels.Should().Contain("app", "cart");
        _requests[0].Headers["Accept"].Should().StartWith("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
        _requests[0].Query.Should().Contain("labelSelector", "app in (cart)").And.Contain("fieldSelector", "spec.nodeName=n");
    }

    [Fact]
    public void What_the_JSON_lacks_keeps_its_default()
    {
        var policy = System.Text.Json.JsonSerializer.Deserialize(
            """{"metadata":{"name":"p","namespace":"n"},"spec":{"ingress":[{"ports":[{"port":80}]}],"new":{"x":[1]}}}""", OverlayJson.Default.OverlayPolicy)!;
        var network = System.Text.Json.JsonSerializer.Deserialize("{}", OverlayJson.Default.OverlayNetwork)!;

        policy.Kind.Should().Be("OverlayPolicy");
        policy.Spec.Ingress!.Value[0].Ports!.Value[0].Should().Be(new PolicyPort { Protocol = PortProtocol.TCP, Port = 80 });
        network.Spec.Port.Should().Be(4789);
        network.Spec.Masquerade.Enabled.Should().BeTrue();
        network.Spec.Pools.IsDefault.Should().BeFalse();
    }
}
