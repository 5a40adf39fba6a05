using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Overlay.Kube.Connection;

namespace Overlay.Kube.Tests.Connection;

public sealed class KubeconfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("overlay-kubeconfig-");
    private readonly Certificates _cluster = new("cluster");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _cluster.Dispose();
    }

    [Fact]
    public void The_current_context_is_taken_or_the_one_named()
    {
        var file = Write("config", """
            apiVersion: v1
            kind: Config
            current-context: lab
            clusters:
            - {name: lab, cluster: {server: "http://127.0.0.1:8080"}}
            - name: prod
              cluster:
                server: https://10.0.0.1:6443
                tls-server-name: kubernetes
                insecure-skip-tls-verify: true
            users:
            - {name: admin, user: {token: secret}}
            contexts:
            - {name: lab, context: {cluster: lab}}
            - {name: prod, context: {cluster: prod, user: admin, namespace: shop}}
            """);

        var lab = Kubeconfig.Load([file]);
        var prod = Kubeconfig.Load([file], "prod");

        (lab.Server, lab.Token, lab.Namespace).Should().Be((new Uri("http://127.0.0.1:8080"), null, null));
        (prod.Server, prod.Namespace, prod.TlsServerName, prod.InsecureSkipTlsVerify)
            .Should().Be((new Uri("https://10.0.0.1:6443"), "shop", "kubernetes", true));
        prod.Token!.Current.Should().Be("secret");
    }

    [Fact]
    public void Several_files_are_merged_and_the_first_word_counts()
    {
        var first = Write("first", "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n");
        var second = Write("second", """
            current-context: b
            clusters: [{name: c, cluster: {server: "http://c"}}, {name: d, cluster: {server: "http://d"}}]
            contexts: [{name: a, context: {cluster: d}}]
            """);

        Kubeconfig.Load([first, Path.Combine(_folder.FullName, "missing"), second]).Server.Should().Be(new Uri("http://c"));
    }

    [Fact]
    public void Certificates_come_inline_or_from_files_beside_the_kubeconfig()
    {
        using var client = _cluster.Sign("me");
        Write("ca.crt", _cluster.AuthorityPem);
        Write("me.crt", client.ExportCertificatePem());
        Write("me.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        string Config(string cluster, string user) =>
            $"current-context: a\ncontexts: [{{name: a, context: {{cluster: c, user: u}}}}]\n"
            + $"clusters: [{{name: c, cluster: {{server: 'https://c', {cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n";
        string Inline(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

        var files = Kubeconfig.Load([Write("files", Config("certificate-authority: ca.crt", "client-certificate: me.crt, client-key: me.key"))]);
        var inline = Kubeconfig.Load([Write("inline", Config(
            $"certificate-authority-data: {Inline(_cluster.AuthorityPem)}",
            $"client-certificate-data: {Inline(client.ExportCertificatePem())}, client-key-data: {Inline(client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())}"))]);

        foreach (var settings in new[] { files, inline })
        {
            settings.CertificateAuthorities![0].Thumbprint.Should().Be(_cluster.Authority.Thumbprint);
            settings.ClientCertificate![0].Thumbprint.Should().Be(client.Thumbprint);
            settings.ClientCertificate[0].HasPrivateKey.Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("contexts: []", "has no current-context")]
    [InlineData("current-context: x", "there is no context \"x\" in contexts")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "there is no cluster \"c\" in clusters")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]", "cluster \"c\" has no server")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: nonsense}}]", "server \"nonsense\" can not be used")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://s', certificate-authority: none.crt}}]", "certificate-authority \"none.crt\" can not be used")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'http://s'}}]\nusers: [{name: u, user: {exec: {command: aws}}}]", "credential plugins are not supported")]
    [InlineData("a: [", "is not YAML")]
    public void What_is_wrong_is_named(string text, string complaint)
    {
        var file = Write("bad", text);

        FluentActions.Invoking(() => Kubeconfig.Load([file])).Should().Throw<ConnectionSettingsException>().WithMessage($"{file}*{complaint}*");
    }

    [Fact]
    public void A_token_file_is_read_again_as_it_rotates()
    {
        var time = new FakeTimeProvider();
        var file = Write("token", "one\n");
        var token = new TokenFile(file, time);

        token.Current.Should().Be("one");
        File.WriteAllText(file, "two");
        token.Current.Should().Be("one", "it is read once a minute");
        time.Advance(TimeSpan.FromMinutes(1));
        token.Current.Should().Be("two");

        File.WriteAllText(file, "three");
        token.Refused();
        token.Current.Should().Be("three", "the server refused the old one");

        File.Delete(file);
        time.Advance(TimeSpan.FromMinutes(1));
        token.Current.Should().Be("three", "what was read serves while the file is swapped");
    }

    [Theory]
    [InlineData("10.96.0.1", "https://10.96.0.1/")]
    [InlineData("fd00::1", "https://[fd00::1]/")]
    public void A_pod_finds_its_service_account(string host, string server)
    {
        Write("ca.crt", _cluster.AuthorityPem);
        Write("token", "t");
        Write("namespace", "overlay-system\n");

        var settings = InClusterConfiguration.Load(_folder.FullName, host, "443");

        (settings.Server, settings.Namespace, settings.Token!.Current).Should().Be((new Uri(server), "overlay-system", "t"));
        settings.CertificateAuthorities.Should().ContainSingle();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
