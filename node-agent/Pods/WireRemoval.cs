using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Overlay.Netlink;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Shaping;

namespace Overlay.NodeAgent.Pods;

/// <summary>
/// Takes pods' wires away in two steps: what a pod can be reached by, or send through, at once; the devices behind the answer, all that wait in one step of the kernel.
/// </summary>
/// <remarks>
/// A device that goes costs the kernel grace periods (some 30 ms each), which nobody needs to wait for. <see cref="Cut"/> sets the host end down, which takes fractions of a
/// millisecond: its routes and neighbours go, and a veth delivers nothing into an end that is down (is_skb_forwardable in net/core/dev.c), whatever the rules say
/// and whatever the pod does inside. It also puts the devices into <see cref="InterfaceGroups.Leaving"/>, by which an agent that starts knows them. Often the runtime
/// removes the pod's namespace meanwhile, and with it the devices: then nothing is left to do. Thread-safe.
/// </remarks>
/// <param name="host">The node's own network namespace.</param>
/// <param name="remover">The same, a socket that nobody else waits for.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of failures.</param>
internal sealed class WireRemoval(RouteSocket host, RouteSocket remover, TimeProvider time, ILogger<WireRemoval> log) : IDisposable
{
    /// <summary>How long cut wires wait for others.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly LinkChange Parked = new() { Up = false, Group = InterfaceGroups.Leaving };

    private readonly Lock _removing = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ImmutableHashSet<string> _cut = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Cuts a wire: from now on nothing passes it. False when there is none.</summary>
    /// <param name="veth">Its host end.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public bool Cut(string veth)
    {
        if (host.GetLink(veth) is not { } link)
            return false;
        ImmutableInterlocked.Update(ref _cut, cut => cut.Add(veth));
        var batch = new RouteBatch().ChangeLink(link.Index, Parked);
        if (host.GetLink(IfbNames.Of(veth)) is { } ifb)
            batch.ChangeLink(ifb.Index, Parked);
        foreach (var failure in host.TryApply(batch).Where(f => !f.IsMissing))
            throw failure;
        Wake();
        return true;
    }

    /// <summary>Looks for wires that an earlier agent cut, or that could not be removed.</summary>
    /// <param name="links">All devices.</param>
    public void Expect(IEnumerable<Link> links)
    {
        if (links.Any(IsLeft))
            Wake();
    }

    /// <summary>Removes this wire's devices if it was cut; they are gone when this returns.</summary>
    public void Finish(string veth)
    {
        if (Volatile.Read(ref _cut).Contains(veth))
            Finish();
    }

    /// <summary>Removes all devices that are left; they are gone when this returns. False when there were none.</summary>
    public bool Finish()
    {
        lock (_removing)
        {
            var cut = Volatile.Read(ref _cut);
            var links = remover.Links();
            Link[] left = [.. links.Where(link => IsLeft(link) || (IsOurs(link) && cut.Contains(VethOf(link))))];
            if (left.Length > 0)
                Remove(left, links.Any(link => link.Group == InterfaceGroups.Leaving && !IsOurs(link)));
            ImmutableInterlocked.Update(ref _cut, now => now.Except(cut));
            return left.Length > 0;
        }
    }

    /// <summary>Works until cancelled; what is cut by then is removed before it returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(cancellation);
                await Task.Delay(Gathering, time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // What waits goes with us.
            }

            await TryFinishAsync(cancellation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    /// <remarks>On a thread of its own: the pool's are for pods that start.</remarks>
    private async Task TryFinishAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Factory.StartNew(Finish, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (NetlinkException error)
        {
            PodLog.RemovalFailed(log, error.Message);
            if (cancellation.IsCancellationRequested)
                return;
            await Task.Delay(RetryAfter, time, CancellationToken.None);
            Wake();
        }
    }

    /// <param name="left">Ours.</param>
    /// <param name="isShared">Somebody else has put a device of his into our group: it must not go with ours.</param>
    private void Remove(Link[] left, bool isShared)
    {
        var began = time.GetTimestamp();
        var batch = new RouteBatch();

        // A change of rules that was under way when the wire was cut may have moved it to its workload's group again.
        foreach (var link in left.Where(link => link.Group != InterfaceGroups.Leaving))
            batch.ChangeLink(link.Index, Parked);
        if (!isShared)
            batch.DeleteLinks(InterfaceGroups.Leaving);
        foreach (var link in left.Where(_ => isShared))
            batch.DeleteLink(link.Index);
        foreach (var failure in remover.TryApply(batch).Where(f => !f.IsMissing))
            throw failure;
        PodLog.DevicesRemoved(log, left.Length, time.GetElapsedTime(began).TotalMilliseconds);
    }

    private static bool IsLeft(Link link) => link.Group == InterfaceGroups.Leaving && IsOurs(link);

    private static bool IsOurs(Link link) => link.Kind is "veth" ? VethNames.IsOne(link.Name) : IfbNames.IsOne(link);

    private static string VethOf(Link link) => link.Kind is "veth" ? link.Name : IfbNames.VethOf(link.Name);

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }
}
