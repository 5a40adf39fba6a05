using System.Text;
using Overlay.Images.Debian;
using Overlay.Images.Elf;

namespace Overlay.Images.Layers;

/// <summary>Collects a layer's entries, following links and the needs of programs until nothing is missing.</summary>
/// <param name="tree">Debian's files.</param>
/// <param name="architecture">Whose libraries are taken.</param>
/// <param name="below">The paths that lower layers hold.</param>
internal sealed class LayerGathering(DebianTree tree, Architecture architecture, IEnumerable<string> below)
{
    private readonly HashSet<string> held = new(below, StringComparer.Ordinal);
    private readonly SortedDictionary<string, LayerEntry> entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DebianPackage> packages = new(StringComparer.Ordinal);

    /// <summary>Adds a package's file, with what it links to and what it loads.</summary>
    /// <exception cref="ImageException">No package has it.</exception>
    public void Add(DebianFile file)
    {
        if (!held.Add(file.Path))
        {
            return;
        }

        packages[file.Package.Name] = file.Package;
        if (file.Target is { } target)
        {
            // Relative: the same files must be good where they are laid out in a folder, too.
            entries[file.Path] = new LayerEntry.Link(file.Path, Path.GetRelativePath("/" + Path.GetDirectoryName(file.Path), "/" + target));
            Add(tree.Find(target) ?? throw new ImageException($"/{file.Path} of {file.Package.Name} links to /{target}, which no package of images/debian.lock has."));
        }
        else
        {
            var executable = (File.GetUnixFileMode(file.Source) & UnixFileMode.UserExecute) != 0;
            Content(new LayerEntry.Content(file.Path, File.ReadAllBytes(file.Source), executable));
        }
    }

    /// <summary>Adds an entry that is not Debian's, with what it loads.</summary>
    public void Add(LayerEntry entry)
    {
        held.Add(entry.Path);
        if (entry is LayerEntry.Content content)
        {
            Content(content);
        }
        else
        {
            entries[entry.Path] = entry;
        }
    }

    /// <summary>The layer, completed by the licences and records of its packages.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="recorded">The packages whose records lower layers hold.</param>
    public LayerPlan Plan(string name, IReadOnlyCollection<DebianPackage> recorded)
    {
        DebianPackage[] fresh = [.. packages.Values.Where(package => !recorded.Contains(package))];
        foreach (var package in fresh)
        {
            if (tree.Find(package.Copyright) is { Target: null } copyright)
            {
                entries[copyright.Path] = new LayerEntry.Content(copyright.Path, File.ReadAllBytes(copyright.Source), Executable: false);
            }

            // Where scanners look for the packages of an image without a package manager.
            var record = $"var/lib/dpkg/status.d/{package.Name}";
            entries[record] = new LayerEntry.Content(record, Encoding.UTF8.GetBytes(package.Control), Executable: false);
        }

        return new LayerPlan(name, [.. entries.Values], fresh);
    }

    private void Content(LayerEntry.Content content)
    {
        entries[content.Path] = content;
        foreach (var library in ElfNeeds.Of(content.Bytes.Span))
        {
            string[] places = Path.IsPathRooted(library)
                ? [DebianTree.Merged(library[1..])]
                : [$"usr/lib/{architecture.Triplet}/{library}", $"usr/lib/{library}"];
            if (places.Any(held.Contains))
            {
                continue;
            }

            Add(
                places.Select(tree.Find).FirstOrDefault(found => found is not null)
                    ?? throw new ImageException($"/{content.Path} loads {library}, which no package of images/debian.lock has: add its package there.")
            );
        }
    }
}
