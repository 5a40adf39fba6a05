namespace Overlay.Lab;

/// <summary>Where this repository's things are, seen from a running lab or test.</summary>
public static class LabPaths
{
    /// <summary>The repository: the nearest folder upwards that holds Overlay.sln.</summary>
    public static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Overlay.sln")))
                return folder.FullName;
        }

        throw new LabException($"no folder above {AppContext.BaseDirectory} holds Overlay.sln: run the lab from its repository.");
    }

    /// <summary>The published binaries.</summary>
    public static string Binaries() => Path.Combine(Repository(), "artifacts", "bin");

    /// <summary>The generated CustomResourceDefinitions.</summary>
    public static string Crds() => Path.Combine(Repository(), "crds");

    /// <summary>The example manifests.</summary>
    public static string Examples() => Path.Combine(Repository(), "examples");

    /// <summary>A kubectl: the one on the PATH, else a fetched one.</summary>
    public static string Kubectl() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "kubectl")).FirstOrDefault(File.Exists)
        ?? Directory.EnumerateFiles(Path.Combine(Repository(), "artifacts", "tools"), "kubectl-*").OrderDescending(StringComparer.Ordinal).FirstOrDefault()
        ?? throw new LabException("there is no kubectl on the PATH and none fetched: run eng/kubectl.sh.");
}
