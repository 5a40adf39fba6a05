namespace Overlay.Operator.Uninstall;

/// <summary>What the administrator reads at the end. Pure.</summary>
internal static class UninstallReport
{
    private const string ByHand =
        "by hand, on the node: ip link delete overlay-vtep; nft delete table inet overlay; rm -rf /etc/cni/net.d/10-overlay.conflist /opt/cni/bin/overlay /run/overlay /var/lib/overlay"
        + " (or, from the agent's image: overlay-agent cleanup)";

    /// <summary>How the nodes are.</summary>
    public static IEnumerable<string> OfNodes(CleaningProgress progress)
    {
        yield return $"{progress.Cleaned.Count} nodes are clean";
        foreach (var (node, complaint) in progress.Busy)
        {
            yield return $"node {node} is NOT clean: {complaint?.Trim() ?? "its cleaner has not ended; kubectl describe its pod"}";
        }

        foreach (var node in progress.Silent)
        {
            yield return $"node {node} is NOT clean and does not answer: when it is back,";
        }

        if (!progress.Busy.IsEmpty || !progress.Silent.IsEmpty)
        {
            yield return ByHand;
        }

        if (!progress.IsDone)
        {
            yield return "Overlay's objects stay: run helm uninstall again, or with --no-hooks to give these nodes up";
        }
    }

    /// <summary>What is not ours to delete.</summary>
    /// <param name="policies">How many OverlayPolicies there are.</param>
    /// <param name="ns">The chart's namespace.</param>
    public static IEnumerable<string> OfWhatStays(int policies, string ns)
    {
        yield return $"what stays is for you to decide: {policies} OverlayPolicies, the definitions, and namespace {ns}";
        yield return "to delete the definitions, and with them all OverlayPolicies: "
            + "kubectl delete crd overlaynetworks.overlay-cni.io overlaypolicies.overlay-cni.io subnets.overlay-cni.io workloadtags.overlay-cni.io";
        yield return "pods that Overlay wired have no network now: restart the nodes or delete the pods once another network is installed";
    }
}
