using System.Diagnostics;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Bench.Cni;

/// <summary>Pods' sandboxes of one node and the calls on them.</summary>
/// <param name="runtime">Knows plugin and node.</param>
/// <param name="configuration">What the plugin reads.</param>
/// <param name="folder">Where files of calls may be.</param>
/// <param name="next">Makes the next sandbox's description; its pod exists.</param>
internal sealed class Attachments(
    CniRuntime runtime,
    string configuration,
    string folder,
    Func<CancellationToken, Task<Sandbox>> next) : IAsyncDisposable
{
    /// <summary>The kernel takes namespaces and devices away behind everybody's back: one side's must not be in the other's time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>From the creation of a pod's object, which node and runtime hear of, until its network is asked for: a kubelet takes at least so long.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(300);

    private readonly RouteSocket kernel = RouteSocket.Open(runtime.Node);
    private readonly Stack<Sandbox> attached = new();

    /// <summary>How many pods the node has now.</summary>
    public int Count => attached.Count;

    /// <summary>Attaches or detaches until the node has this many pods.</summary>
    public async Task FillAsync(int pods, CancellationToken cancel)
    {
        if (Count < pods)
            await AddManyAsync(pods - Count, cancel);
        if (Count > pods)
            await DeleteManyAsync(Count - pods, cancel);
    }

    /// <summary>One ADD, in ms from exec to exit.</summary>
    public async Task<double> AddAsync(CancellationToken cancel)
    {
        var sandbox = await PrepareAsync(cancel);
        await Task.Delay(Ahead, cancel);
        return Add(sandbox);
    }

    /// <summary>One DEL of the youngest, in ms from exec to exit; returns when the kernel has taken its device away.</summary>
    public async Task<double> DeleteAsync(CancellationToken cancel)
    {
        var before = kernel.Links().Count;
        var took = Delete(attached.Pop());
        await UntilAsync(before - 1, cancel);
        await Task.Delay(Quiet, cancel);
        return took;
    }

    /// <summary>Many ADDs at once: ms until the last has answered.</summary>
    public async Task<double> AddManyAsync(int count, CancellationToken cancel)
    {
        var sandboxes = new List<Sandbox>();
        for (var i = 0; i < count; i++)
            sandboxes.Add(await PrepareAsync(cancel));
        await Task.Delay(Ahead, cancel);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(sandboxes.Select(sandbox => Task.Run(() => Add(sandbox), cancel)));
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>Many DELs at once: ms until the last has answered, and until the kernel has none of the devices any more.</summary>
    public async Task<(double Answered, double Gone)> DeleteManyAsync(int count, CancellationToken cancel)
    {
        var before = kernel.Links().Count;
        Sandbox[] sandboxes = [.. Enumerable.Range(0, count).Select(_ => attached.Pop())];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(sandboxes.Select(sandbox => Task.Run(() => Delete(sandbox), cancel)));
        var answered = clock.Elapsed.TotalMilliseconds;
        await UntilAsync(before - count, cancel);
        var gone = clock.Elapsed.TotalMilliseconds;
        await Task.Delay(Quiet, cancel);
        return (answered, gone);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await FillAsync(0, patience.Token);
        kernel.Dispose();
    }

    private async Task<Sandbox> PrepareAsync(CancellationToken cancel)
    {
        var sandbox = await next(cancel);
        NetworkNamespace.Create(sandbox.NetworkNamespace).Dispose();
        return sandbox;
    }

    private double Add(Sandbox sandbox)
    {
        var answer = Must("ADD", sandbox);
        lock (attached)
            attached.Push(sandbox);
        return answer.Elapsed.TotalMilliseconds;
    }

    private double Delete(Sandbox sandbox)
    {
        var answer = Must("DEL", sandbox);
        NetworkNamespace.Delete(sandbox.NetworkNamespace);
        return answer.Elapsed.TotalMilliseconds;
    }

    private async Task UntilAsync(int links, CancellationToken cancel)
    {
        while (kernel.Links().Count > links)
            await Task.Delay(1, cancel);
    }

    private CniAnswer Must(string command, Sandbox sandbox) =>
        Launch.Call(runtime, runtime.Variables(command, sandbox), configuration, folder) is var answer && answer.Succeeded ? answer : throw new InvalidOperationException($"{command} failed in the middle of a measurement: {answer}");
}
