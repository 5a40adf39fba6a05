using Overlay.Lab.State;

namespace Overlay.EndToEnd.Tests.Upgrades;

/// <summary>The folder that a lab starts its binaries from, of one release or another: who runs already goes on with what it was started from.</summary>
internal sealed class InstalledRelease : IDisposable
{
    private static readonly string[] Programs = ["overlay-agent", "overlay-operator", "overlay"];

    /// <summary>A folder with this checkout's lab and no release yet.</summary>
    /// <param name="instance">The lab that it is for.</param>
    /// <param name="binaries">This checkout's binaries.</param>
    public InstalledRelease(LabInstance instance, string binaries)
    {
        Folder = Directory.CreateTempSubdirectory(instance.Prefix).FullName;
        Link("overlay-lab", binaries);
    }

    /// <summary>Where the binaries are.</summary>
    public string Folder { get; }

    /// <summary>Puts a release's agent, operator and plugin in the place of what is there.</summary>
    /// <param name="binaries">The folder that they were published to.</param>
    public void Become(string binaries)
    {
        foreach (var program in Programs)
            Link(program, binaries);
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Link(string program, string binaries)
    {
        var target = Path.Combine(binaries, program);
        if (!File.Exists(target))
            throw new InvalidOperationException($"There is no {target}: publish that release first (make upgrade FROM=REVISION does).");
        var fresh = Path.Combine(Folder, program + ".new");
        File.CreateSymbolicLink(fresh, target);
        File.Move(fresh, Path.Combine(Folder, program), overwrite: true);
    }
}
