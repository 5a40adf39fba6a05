using System.Collections.Concurrent;
using System.Diagnostics;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>The kernel's own account of changes on a node, by <c>nft monitor</c> or <c>ip monitor</c>.</summary>
internal sealed class KernelWatch : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private KernelWatch(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
                lines.Enqueue(text);
        };
        process.BeginOutputReadLine();
    }

    /// <summary>Each change heard of.</summary>
    public IReadOnlyCollection<string> Lines => [.. lines];

    public static KernelWatch Start(LabCluster cluster, LabNode node, string program, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[LabInstance.Variable] = cluster.Instance.Prefix;
        return new KernelWatch(node.Space.Run(() => Process.Start(start))!);
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
