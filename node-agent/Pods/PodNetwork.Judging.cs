using System.Text.Json;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <content>CHECK and STATUS.</content>
internal sealed partial class PodNetwork
{
    /// <inheritdoc />
    public async Task CheckAsync(AttachmentKey key, string networkNamespace, JsonElement previousResult, CancellationToken cancellation)
    {
        using var turn = await _containers.EnterAsync(key.ContainerId, cancellation);
        var attachment =
            store.Find(key)
            ?? throw new CniException(CniErrorCode.UnknownContainer, $"{key} is not attached", "it was deleted, or never added on this node");
        var differences = new List<string>();
        var expected = PreviousResults.Addresses(previousResult);
        differences.AddRange(attachment.Addresses.Where(a => !expected.Contains(a)).Select(a => $"prevResult lacks the address {a}"));
        if (!PreviousResults.SandboxInterfaces(previousResult).Contains(key.InterfaceName))
            differences.Add($"prevResult lacks the interface {key.InterfaceName}");

        var wire = PodWire.Of(attachment, vtep.Mtu);
        differences.AddRange(wiring.Verify(wire, networkNamespace));
        differences.AddRange(shaping.Verify(attachment));
        if (!wiring.IsJudged(wire))
            differences.Add($"{wire.HostName} is in no workload's group, so the rules deny it everything");
        if (rules.TagOf(attachment.PodUid) is null)
            differences.Add("the rules in force do not know the pod");
        if (differences.Count > 0)
            throw new CniException(
                CniErrorCode.Drifted,
                $"{key} is not as ADD made it: {string.Join("; ", differences)}",
                "what is on the node's side is repaired within seconds; what is inside the pod needs a new pod"
            );
    }

    /// <summary>Whether STATUS bears with an agent that is still coming up.</summary>
    public Func<bool>? BearsWithStart { get; set; }

    /// <inheritdoc />
    public void CheckReady()
    {
        var problem = vtep.Problem ?? (rules.IsInForce ? null : rules.Problem ?? "the rules are not in force yet");
        if (problem is not null && BearsWithStart?.Invoke() != true)
        {
            var impaired = store.Attachments.Count > 0 && vtep.WasUp;
            throw new CniException(impaired ? CniErrorCode.NotReadyImpaired : CniErrorCode.NotReady, problem, "see the agent's log on this node");
        }

        if (pools.IsExhausted)
            throw new CniException(
                CniErrorCode.NotReady,
                $"no address is left on this node ({string.Join(", ", pools.Usage.Select(u => u.Network))})",
                "an address is free as soon as a pod ends"
            );
    }
}
