using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Overlay.Kube.Connection;

/// <summary>The configuration that every pod finds in its file system: its service account's token, the cluster's authority, its namespace.</summary>
public static class InClusterConfiguration
{
    /// <summary>Where the kubelet mounts the service account.</summary>
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether this process runs in a pod with a service account.</summary>
    /// <param name="directory">Where the service account is mounted.</param>
    public static bool IsPresent(string directory = ServiceAccountDirectory) =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists(Path.Combine(directory, "token"));

    /// <summary>Reads it.</summary>
    /// <param name="directory">Where the service account is mounted.</param>
    /// <exception cref="ConnectionSettingsException">A part is missing or unreadable.</exception>
    public static ConnectionSettings Load(string directory = ServiceAccountDirectory) =>
        Load(
            directory,
            Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
            Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"));

    internal static ConnectionSettings Load(string directory, string? host, string? port)
    {
        if (host is not { Length: > 0 })
            throw new ConnectionSettingsException("KUBERNETES_SERVICE_HOST is not set: this process is not in a pod. Use a kubeconfig.");
        if (port is not { Length: > 0 })
            port = "443";
        var token = Path.Combine(directory, "token");
        var authority = Path.Combine(directory, "ca.crt");
        var ns = Path.Combine(directory, "namespace");
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(authority);
            return new ConnectionSettings
            {
                Server = new Uri(host.Contains(':', StringComparison.Ordinal) ? $"https://[{host}]:{port}" : $"https://{host}:{port}"),
                CertificateAuthorities = authorities,
                Token = new TokenFile(token),
                Namespace = File.Exists(ns) ? File.ReadAllText(ns).Trim() : null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or UriFormatException)
        {
            throw new ConnectionSettingsException($"The service account in {directory} can not be used: {e.Message}", e);
        }
    }
}
