using System.Text;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>The file that tells kubectl and other clients where the server is.</summary>
internal static class Kubeconfig
{
    public static string Write(Uri server, string? caPem, string? token)
    {
        var ca = caPem is null ? "" : $"\n    certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(caPem))}";

        // kubectl asks for a user name and password where a kubeconfig names no credentials at all.
        var user = $"\n    token: {token ?? "anybody"}";
        return $"""
            apiVersion: v1
            kind: Config
            current-context: overlay-lab
            clusters:
            - name: overlay-lab
              cluster:
                server: {server.AbsoluteUri.TrimEnd('/')}{ca}
            users:
            - name: overlay-lab
              user: {user}
            contexts:
            - name: overlay-lab
              context:
                cluster: overlay-lab
                user: overlay-lab

            """;
    }
}
