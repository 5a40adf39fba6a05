using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>A disk of one megabyte under an agent's state folder.</summary>
/// <remarks>Owns the mount; the lab's sweep would find it too. Stops the agent to mount and to unmount.</remarks>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly LabNode _node;

    private SmallDisk(LabNode node) => _node = node;

    private string Ballast => Path.Combine(_node.StateFolder, "ballast");

    /// <summary>Mounts it; the agent runs again when this returns.</summary>
    /// <param name="node">The node, without pods.</param>
    public static async Task<SmallDisk> UnderAsync(LabNode node)
    {
        var disk = new SmallDisk(node);
        await disk.RestartOnAsync(() => Mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", node.StateFolder));
        return disk;
    }

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives it back.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        MakeRoom();
        await RestartOnAsync(() => Mount("umount", _node.StateFolder));
    }

    private static void Mount(string program, params string[] arguments)
    {
        // Not in the node's namespace: the lab's processes share this process' mounts.
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
    }

    private async Task RestartOnAsync(Action change)
    {
        await _node.Agent.KillAsync();
        change();
        _node.Agent.Start();
        await LabCluster.WaitReadyAsync(_node, CancellationToken.None);
    }
}
