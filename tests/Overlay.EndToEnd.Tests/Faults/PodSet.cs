using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>The pods of one test; they go with it.</summary>
internal sealed class PodSet : IAsyncDisposable
{
    private readonly List<FaultPod> _pods = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<FaultPod> All => _pods;

    /// <summary>Runs one pod, whose workload is called as it is.</summary>
    public async Task<FaultPod> RunAsync(LabCluster lab, LabNode node, string ns, string name, string? app = null) =>
        Keep(await FaultPod.RunAsync(lab, node, ns, name, app ?? name));

    /// <summary>Runs several pods of one workload.</summary>
    public async Task<IReadOnlyList<FaultPod>> RunAsync(LabCluster lab, LabNode node, string ns, string app, int count)
    {
        var made = new List<FaultPod>();
        for (var i = 0; i < count; i++)
            made.Add(await RunAsync(lab, node, ns, $"{app}-{i}", app));
        return made;
    }

    /// <summary>Makes pods that nobody has added to the network yet.</summary>
    public async Task<IReadOnlyList<FaultPod>> CreateAsync(LabCluster lab, LabNode node, string ns, string app, int count)
    {
        var made = new List<FaultPod>();
        for (var i = 0; i < count; i++)
            made.Add(Keep(await FaultPod.CreateAsync(lab, node, ns, $"{app}-{i}", app)));
        return made;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods)
            await pod.DisposeAsync();
    }

    private FaultPod Keep(FaultPod pod)
    {
        _pods.Add(pod);
        return pod;
    }
}
