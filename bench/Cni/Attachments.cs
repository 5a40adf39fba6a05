using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Bench.Cni;

/// <summary>Pods' sandboxes of one node and the calls on them; knows which plugin only by the delegate.</summary>
/// <param name="call">Calls the plugin: command, sandbox.</param>
/// <param name="next">Makes the next sandbox's description; its pod exists.</param>
internal sealed class Attachments(
    Func<string, Sandbox, CancellationToken, Task<CniAnswer>> call,
    Func<CancellationToken, Task<Sandbox>> next) : IAsyncDisposable
{
    private readonly Stack<Sandbox> attached = new();

    /// <summary>How many pods the node has now.</summary>
    public int Count => attached.Count;

    /// <summary>Attaches or detaches until the node has this many pods.</summary>
    public async Task FillAsync(int pods, CancellationToken cancel)
    {
        while (Count < pods)
            await AddAsync(cancel);
        while (Count > pods)
            await DeleteAsync(cancel);
    }

    /// <summary>One ADD, in ms from exec to exit.</summary>
    public async Task<double> AddAsync(CancellationToken cancel)
    {
        var sandbox = await PrepareAsync(cancel);
        return await AddAsync(sandbox, cancel);
    }

    /// <summary>One DEL of the youngest, in ms from exec to exit.</summary>
    public async Task<double> DeleteAsync(CancellationToken cancel)
    {
        var sandbox = attached.Pop();
        var answer = Must(await call("DEL", sandbox, cancel), "DEL");
        NetworkNamespace.Delete(sandbox.NetworkNamespace);
        return answer.Elapsed.TotalMilliseconds;
    }

    /// <summary>Many ADDs at once: ms until the last has answered.</summary>
    public async Task<double> AddManyAsync(int count, CancellationToken cancel)
    {
        var sandboxes = new List<Sandbox>();
        for (var i = 0; i < count; i++)
            sandboxes.Add(await PrepareAsync(cancel));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAll(sandboxes.Select(sandbox => Task.Run(() => AddAsync(sandbox, cancel), cancel)));
        return clock.Elapsed.TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await FillAsync(0, patience.Token);
    }

    private async Task<Sandbox> PrepareAsync(CancellationToken cancel)
    {
        var sandbox = await next(cancel);
        NetworkNamespace.Create(sandbox.NetworkNamespace).Dispose();
        return sandbox;
    }

    private async Task<double> AddAsync(Sandbox sandbox, CancellationToken cancel)
    {
        var answer = Must(await call("ADD", sandbox, cancel), "ADD");
        lock (attached)
            attached.Push(sandbox);
        return answer.Elapsed.TotalMilliseconds;
    }

    private static CniAnswer Must(CniAnswer answer, string command) =>
        answer.Succeeded ? answer : throw new InvalidOperationException($"{command} failed in the middle of a measurement: {answer}");
}
