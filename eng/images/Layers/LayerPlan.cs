using Overlay.Images.Debian;
using Overlay.Images.Elf;

namespace Overlay.Images.Layers;

/// <summary>What a layer holds: what its list asks for, the libraries that this loads, and the licences and package records of what came from Debian.</summary>
/// <param name="Name">The folder under images/.</param>
/// <param name="Entries">By path.</param>
/// <param name="Packages">Those that a file came from, by name.</param>
internal sealed record LayerPlan(string Name, IReadOnlyList<LayerEntry> Entries, IReadOnlyList<DebianPackage> Packages)
{
    /// <param name="name">The layer's name.</param>
    /// <param name="requests">Its list.</param>
    /// <param name="root">Where the files of the repository are.</param>
    /// <param name="tree">Debian's files.</param>
    /// <param name="architecture">Whose libraries are taken.</param>
    /// <param name="below">The layers under this one: what they hold is not put in again.</param>
    /// <exception cref="ImageException">A file or a library is missing.</exception>
    public static LayerPlan Of(
        string name,
        IReadOnlyList<FileRequest> requests,
        string root,
        DebianTree tree,
        Architecture architecture,
        IReadOnlyList<LayerPlan> below
    )
    {
        var gathering = new LayerGathering(tree, architecture, below.SelectMany(layer => layer.Entries.Select(entry => entry.Path)));
        foreach (var request in requests)
        {
            switch (request)
            {
                case FileRequest.Packaged packaged:
                    foreach (var file in tree.Matching(packaged.Pattern))
                    {
                        gathering.Add(file);
                    }

                    break;
                case FileRequest.Link link:
                    gathering.Add(new LayerEntry.Link(link.Path, link.Target));
                    break;
                case FileRequest.Folder folder:
                    gathering.Add(new LayerEntry.Folder(folder.Path));
                    break;
                case FileRequest.Ours ours:
                    foreach (var (path, source) in Sources(ours, root))
                    {
                        gathering.Add(Read(path, source));
                    }

                    break;
            }
        }

        return gathering.Plan(name, [.. below.SelectMany(layer => layer.Packages)]);
    }

    private static IEnumerable<(string Path, string Source)> Sources(FileRequest.Ours ours, string root)
    {
        var source = Path.Combine(root, ours.Source);
        return ours.Path.EndsWith('/')
            ? Directory.EnumerateFiles(source, "*.yaml", SearchOption.AllDirectories).Select(file => (ours.Path + Path.GetRelativePath(source, file), file))
            : [(ours.Path, source)];
    }

    private static LayerEntry.Content Read(string path, string source)
    {
        if (!File.Exists(source))
        {
            throw new ImageException($"{source} is missing, which an image has as /{path}: run 'make images', which publishes first.");
        }

        var bytes = File.ReadAllBytes(source);
        return new LayerEntry.Content(path, bytes, Executable: ElfNeeds.IsElf(bytes));
    }
}
