using Overlay.EndToEnd.Tests.Faults;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>Two nodes of the lab with a container runtime, for all tests of a class.</summary>
public sealed class ContainerdNodes(FaultLab lab) : IAsyncLifetime
{
    /// <summary>The first.</summary>
    internal ContainerdNode One { get; private set; } = null!;

    /// <summary>The second.</summary>
    internal ContainerdNode Two { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        One = await ContainerdNode.StartAsync(lab.Cluster, lab.Node1);
        Two = await ContainerdNode.StartAsync(lab.Cluster, lab.Node2);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (One is not null)
            await One.DisposeAsync();
        if (Two is not null)
            await Two.DisposeAsync();
    }
}
