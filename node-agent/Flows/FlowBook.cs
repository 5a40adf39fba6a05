using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Overlay.Api.Flows;

namespace Overlay.NodeAgent.Flows;

/// <summary>The last flows, and those who follow them. Bounded: the oldest goes, and who does not read misses some.</summary>
internal sealed class FlowBook
{
    /// <summary>About half a megabyte.</summary>
    internal const int Kept = 500;

    /// <summary>How many may wait for one follower.</summary>
    private const int Waiting = 500;

    private readonly Lock _lock = new();
    private readonly Queue<Flow> _recent = new();
    private readonly List<Channel<Flow>> _followers = [];

    /// <summary>Writes a flow down and hands it to who follows.</summary>
    public void Add(Flow flow)
    {
        lock (_lock)
        {
            if (_recent.Count == Kept)
                _recent.Dequeue();
            _recent.Enqueue(flow);
            foreach (var follower in _followers)
                follower.Writer.TryWrite(flow);
        }
    }

    /// <summary>The last flows, the oldest first.</summary>
    public ImmutableArray<Flow> Recent()
    {
        lock (_lock)
            return [.. _recent];
    }

    /// <summary>The last flows, then each as it comes, until cancelled.</summary>
    public async IAsyncEnumerable<Flow> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var mine = Channel.CreateBounded<Flow>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        ImmutableArray<Flow> before;
        lock (_lock)
        {
            before = [.. _recent];
            _followers.Add(mine);
        }

        try
        {
            foreach (var flow in before)
                yield return flow;
            await foreach (var flow in mine.Reader.ReadAllAsync(cancellation))
                yield return flow;
        }
        finally
        {
            lock (_lock)
                _followers.Remove(mine);
        }
    }
}
