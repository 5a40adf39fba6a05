using System.Security.Cryptography.X509Certificates;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Tests.Connection;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates _cluster = new("cluster");
    private readonly TlsServer _server;

    public TlsTests() => _server = new TlsServer(_cluster.Sign("apiserver", "127.0.0.1", "kubernetes.default"));

    public void Dispose()
    {
        _server.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task The_clusters_own_authority_is_trusted() =>
        (await AskAsync(Settings())).Should().Be("nobody");

    [Fact]
    public async Task No_other_authority_is()
    {
        using var other = new Certificates("cluster");

        await FluentActions.Awaiting(() => AskAsync(Settings() with { CertificateAuthorities = [other.Authority] }))
            .Should().ThrowAsync<KubernetesException>().WithMessage("*certificate*");
    }

    [Fact]
    public async Task The_systems_authorities_do_not_vouch_for_a_private_server() =>
        await FluentActions.Awaiting(() => AskAsync(Settings() with { CertificateAuthorities = null })).Should().ThrowAsync<KubernetesException>();

    [Fact]
    public async Task The_certificate_must_carry_the_servers_name()
    {
        using var misnamed = new TlsServer(_cluster.Sign("apiserver", "192.0.2.1"));

        await FluentActions.Awaiting(() => AskAsync(Settings(misnamed.Port))).Should().ThrowAsync<KubernetesException>();
    }

    [Fact]
    public async Task A_tls_server_name_is_asked_for_and_checked_while_the_address_stays()
    {
        using var misnamed = new TlsServer(_cluster.Sign("apiserver", "kubernetes.default"));

        (await AskAsync(Settings(misnamed.Port) with { TlsServerName = "kubernetes.default" })).Should().Be("nobody");
        misnamed.AskedFor.Should().Be("kubernetes.default");
        await FluentActions.Awaiting(() => AskAsync(Settings(misnamed.Port) with { TlsServerName = "other" })).Should().ThrowAsync<KubernetesException>();
    }

    [Fact]
    public async Task Verification_can_be_switched_off_by_name() =>
        (await AskAsync(Settings() with { CertificateAuthorities = null, InsecureSkipTlsVerify = true })).Should().Be("nobody");

    [Fact]
    public async Task A_client_certificate_is_shown() =>
        (await AskAsync(Settings() with { ClientCertificate = [_cluster.Sign("system:node:n1")] })).Should().Be("system:node:n1");

    private static async Task<string> AskAsync(ConnectionSettings settings)
    {
        using var connection = new ClusterConnection(settings);
        var node = await new EntityClient<Node>(connection, CoreJson.Default.Node).GetAsync(new ObjectKey(null, "n"), TestContext.Current.CancellationToken);
        return node.Metadata.Name;
    }

    private ConnectionSettings Settings(int? port = null) => new()
    {
        Server = new Uri($"https://127.0.0.1:{port ?? _server.Port}"),
        CertificateAuthorities = new X509Certificate2Collection(_cluster.Authority),
    };
}
