using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>The kubectl versions that eng/kubectl.sh fetches: Debian's, and a recent one.</summary>
internal static class KubectlTool
{
    /// <summary>Both.</summary>
    public static TheoryData<string> Versions => ["kubectl-1.20", "kubectl-1.35"];

    /// <summary>A policy that concerns nobody, to be created, changed and deleted by hand.</summary>
    /// <remarks>
    /// With the defaults of its rule written out: kubectl compares lists whole, does not know a definition's defaults, and would call a
    /// policy without them "configured" at every apply.
    /// </remarks>
    /// <param name="name">Its name, in the namespace <c>shop</c>.</param>
    public static string Policy(string name) => $$"""
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayPolicy
        metadata:
          name: {{name}}
          namespace: shop
        spec:
          podSelector:
            matchLabels: {app: nobody}
          ingress:
          - action: Allow
            log: false
            ports: [{protocol: TCP, port: 80}]
        """;

    /// <summary>Where one is; the test is skipped, and says so, when it could not be fetched.</summary>
    /// <param name="version">As <c>kubectl-1.20</c>.</param>
    public static string Path(string version)
    {
        var path = System.IO.Path.Combine(LabPaths.Repository(), "artifacts", "tools", version);
        Assert.SkipUnless(File.Exists(path), $"{path} is missing: run eng/kubectl.sh");
        return path;
    }
}
