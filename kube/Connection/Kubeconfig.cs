using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Overlay.Kube.Connection;

/// <summary>
/// Reads kubeconfig files as kubectl does: several are merged, the first that names a thing wins, relative paths start at the file's own folder.
/// Only YAML's nodes are used, never its object mapping, which needs reflection.
/// </summary>
public static class Kubeconfig
{
    /// <summary>Reads one context.</summary>
    /// <param name="files">The files in order; those that do not exist are passed over, but one must.</param>
    /// <param name="context">The context's name, or null for the current one.</param>
    /// <exception cref="ConnectionSettingsException">The message names the file, the part and what is wrong with it.</exception>
    public static ConnectionSettings Load(IReadOnlyList<string> files, string? context = null)
    {
        var documents = files.Where(File.Exists).Select(Parse).ToList();
        if (documents.Count == 0)
            throw new ConnectionSettingsException($"There is no kubeconfig at {string.Join(", ", files)}.");

        var wanted = context ?? documents.Select(d => d.Text("current-context")).FirstOrDefault(c => c is { Length: > 0 });
        if (wanted is null)
            throw new ConnectionSettingsException($"{documents[0].File} has no current-context. Name one, or run: kubectl config use-context NAME");

        var chosen = Find(documents, "contexts", "context", wanted);
        var clusterName = chosen.Text("cluster") ?? throw chosen.Lacks("cluster");
        var cluster = Find(documents, "clusters", "cluster", clusterName);
        KubeconfigPart? user = chosen.Text("user") is { Length: > 0 } userName ? Find(documents, "users", "user", userName) : null;

        var server = cluster.Text("server") ?? throw cluster.Lacks("server");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw cluster.Wrong("server", server, "it must be an http or https URL");

        return new ConnectionSettings
        {
            Server = address,
            Namespace = chosen.Text("namespace"),
            CertificateAuthorities = Authorities(cluster),
            TlsServerName = cluster.Text("tls-server-name"),
            InsecureSkipTlsVerify = cluster.Text("insecure-skip-tls-verify") == "true",
            ClientCertificate = user is null ? null : ClientCertificate(user),
            Token = user is null ? null : Token(user),
        };
    }

    private static KubeconfigPart Parse(string file)
    {
        try
        {
            var yaml = new YamlStream();
            using var reader = new StreamReader(file);
            yaml.Load(reader);
            var root = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode as YamlMappingNode : null;
            return new KubeconfigPart(file, "", root ?? new YamlMappingNode());
        }
        catch (YamlException e)
        {
            throw new ConnectionSettingsException($"{file} is not YAML: {e.Message} (line {e.Start.Line})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionSettingsException($"{file} can not be read: {e.Message}", e);
        }
    }

    private static KubeconfigPart Find(List<KubeconfigPart> documents, string list, string part, string name)
    {
        foreach (var document in documents)
        {
            foreach (var item in document.Items(list))
            {
                if (item.Text("name") == name && item.Child(part, $"{part} \"{name}\"") is { } found)
                    return found;
            }
        }

        throw new ConnectionSettingsException($"{string.Join(", ", documents.Select(d => d.File))}: there is no {part} \"{name}\" in {list}.");
    }

    private static X509Certificate2Collection? Authorities(KubeconfigPart cluster)
    {
        if (cluster.Pem("certificate-authority") is not { } pem)
            return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? authorities : throw cluster.Wrong("certificate-authority", "", "it holds no certificate");
        }
        catch (CryptographicException e)
        {
            throw cluster.Wrong("certificate-authority", "", e.Message);
        }
    }

    private static X509Certificate2Collection? ClientCertificate(KubeconfigPart user)
    {
        if (user.Pem("client-certificate") is not { } certificate)
            return null;
        var key = user.Pem("client-key") ?? throw user.Lacks("client-key");
        try
        {
            var own = new X509Certificate2Collection();
            own.ImportFromPem(certificate);
            own[0] = X509Certificate2.CreateFromPem(certificate, key);
            return own;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw user.Wrong("client-certificate", "", e.Message);
        }
    }

    private static ITokenSource? Token(KubeconfigPart user)
    {
        // As in client-go, a token file wins over a token, since it can be renewed.
        if (user.FilePath("tokenFile") is { } file)
            return new TokenFile(file);
        if (user.Text("token") is { Length: > 0 } token)
            return new FixedToken(token);
        return user.Has("exec") || user.Has("auth-provider")
            ? throw user.Wrong("exec", "", "credential plugins are not supported; use a token or a client certificate (kubectl create token NAME)")
            : null;
    }
}
