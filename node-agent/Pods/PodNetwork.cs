using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Wire;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Events;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Ports;
using Overlay.NodeAgent.Shaping;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Pods;

/// <summary>Attaches and detaches pods: records, addresses, wires and rules, in the order that fails closed.</summary>
/// <remarks>
/// ADD: address recorded -> wire in group 0 (denied) -> rules in force, which moves the wire into its workload's group -> answer ->
/// recorded as attached once the runtime has it. Each step that fails undoes those before. DEL goes the other way and may begin anywhere.
/// </remarks>
internal sealed partial class PodNetwork(
    AttachmentStore store,
    AddressPools pools,
    VethWiring wiring,
    PodShaping shaping,
    VtepState vtep,
    RuleLoop rules,
    PodFinding pods,
    HostPortConnections hostPorts,
    ConnectionCleaning connections,
    IPEndPoint? probes,
    IAgentEvents events,
    TimeProvider time,
    ILogger<PodNetwork> log
) : IPodNetwork
{
    /// <summary>How long ADD waits for the operator to tag the pod's workload (invariant 5).</summary>
    private static readonly TimeSpan TagPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long ADD waits for the rules; longer means that the kernel refuses them.</summary>
    private static readonly TimeSpan RulesPatience = TimeSpan.FromSeconds(20);

    private readonly ContainerLocks _containers = new();
    private long _attempts;

    /// <inheritdoc />
    public async Task<CniResult> AddAsync(AttachmentKey key, string networkNamespace, PodArguments named, RuntimeRequest asked, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var turn = await _containers.EnterAsync(key.ContainerId, cancellation);
        if (vtep.Problem is { } problem)
            throw new CniException(CniErrorCode.TryAgainLater, $"this node's network is not ready: {problem}", "the runtime tries again by itself");
        RefuseSecond(key, networkNamespace);

        var pod = await pods.FindAsync(named, cancellation);
        var attachment = Reserve(key, networkNamespace, pod, named.Uid, asked);
        try
        {
            // On a full node it may have been another pod's a moment ago.
            await connections.ForgottenAsync([.. attachment.Addresses], cancellation);
            var wire = PodWire.Of(attachment, vtep.Mtu);
            wiring.Wire(wire, networkNamespace);
            shaping.Apply(attachment);
            var tag = await RulesInForceAsync(pod, named.Uid, began, cancellation);
            if (!await VethWiring.UntilLocalAsync(wire, networkNamespace, time, cancellation))
                PodLog.StepFailed(log, $"waiting for the IPv6 address of {key}", "the kernel does not take it for local yet");
            ForgetOlderFlows(wire.ToWiring(attachment));
            PodLog.Added(
                log,
                pod.Metadata.Key.ToString(),
                key.ToString(),
                string.Join(' ', wire.Addresses),
                wire.HostName,
                tag.ToString(),
                time.GetElapsedTime(began).TotalMilliseconds
            );
            return wire.ToResult(networkNamespace) with { Attempt = attachment.Attempt };
        }
        catch
        {
            Undo(attachment);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task SettleAsync(AttachmentKey key, long attempt, bool delivered)
    {
        using var turn = await _containers.EnterAsync(key.ContainerId, CancellationToken.None);
        if (store.Find(key) is not { State: AttachmentState.Pending } attachment || attachment.Attempt != attempt)
            return;
        if (delivered)
        {
            store.Change(key, now => now with { State = AttachmentState.Attached });
            return;
        }

        PodLog.Undelivered(log, key.ToString());
        Undo(attachment);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(AttachmentKey key, string? networkNamespace, CancellationToken cancellation)
    {
        using var turn = await _containers.EnterAsync(key.ContainerId, cancellation);
        Detach(key);
    }

    /// <summary>Detaches what was seen to have no wire any more, unless another ADD has taken its place since.</summary>
    public async Task DropAsync(Attachment seen, CancellationToken cancellation)
    {
        using var turn = await _containers.EnterAsync(seen.Key.ContainerId, cancellation);
        if (store.Find(seen.Key) is { } now && now.Attempt == seen.Attempt)
            Detach(seen.Key);
    }

    /// <inheritdoc />
    public async Task CollectAsync(string network, IReadOnlySet<(string ContainerId, string InterfaceName)> valid, CancellationToken cancellation)
    {
        var failures = new List<string>();
        foreach (var attachment in store.Attachments)
        {
            var key = attachment.Key;
            if (!string.Equals(key.Network, network, StringComparison.Ordinal) || valid.Contains((key.ContainerId, key.InterfaceName)))
                continue;
            if (attachment is { State: AttachmentState.Pending, Attempt: > 0 })
                continue; // an ADD that is under way is in no list yet
            try
            {
                await DeleteAsync(key, null, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failures.Add($"{key}: {error.Message}");
            }
        }

        if (failures.Count > 0)
            throw new CniException(
                CniErrorCode.InputOutput,
                $"{failures.Count} attachments could not be collected: {string.Join("; ", failures)}",
                "the rest was; the next GC tries these again"
            );
    }

    /// <summary>Waits until the pod's rules are in force, and a little for its tag. Answers the tag it has.</summary>
    private async Task<Tag> RulesInForceAsync(Pod pod, string uid, long began, CancellationToken cancellation)
    {
        try
        {
            var inForce = rules.InForceAsync();
            while (true)
            {
                await inForce.WaitAsync(RulesPatience, time, cancellation);
                var tag = rules.TagOf(uid) ?? Tag.UnknownPod;
                if (tag != Tag.UnknownPod)
                    return tag;
                if (time.GetElapsedTime(began) >= TagPatience)
                {
                    PodLog.TagUnknown(log, pod.Metadata.Key.ToString(), TagPatience.TotalSeconds);
                    events.TagUnknown(pod);
                    return tag;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
                inForce = rules.InForceAsync();
            }
        }
        catch (TimeoutException error)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater,
                $"the rules of pod {pod.Metadata.Key} did not come in force within {RulesPatience.TotalSeconds} s: {rules.Problem ?? "no reason known"}",
                "see the agent's log",
                error
            );
        }
    }

    /// <summary>Undoes an attachment as far as it has come, and goes on after failures: what stays is for DEL and the sweep.</summary>
    private void Undo(Attachment attachment)
    {
        try
        {
            Detach(attachment.Key);
        }
        catch (Exception error)
        {
            PodLog.StepFailed(log, $"undoing {attachment.Key}", error.Message);
        }
    }

    private void Detach(AttachmentKey key)
    {
        var was = wiring.Unwire(VethNames.Of(key));
        if (store.Find(key) is not { } attachment)
        {
            if (was)
                rules.Signal();
            return;
        }

        try
        {
            store.Remove(key, time.GetUtcNow());
        }
        catch (StoreException error)
        {
            throw new CniException(CniErrorCode.InputOutput, error.Message, "make room on the file system of the agent's state directory", error);
        }

        // Before anybody else can have its addresses.
        connections.Forget(attachment);
        pools.Free(attachment.Addresses);
        rules.Signal();
        PodLog.Removed(log, key.ToString(), string.Join(' ', attachment.Addresses));
    }
}
