using System.IO.Enumeration;

namespace Overlay.Images.Debian;

/// <summary>The files of all packages under the paths of a merged system (/lib is usr/lib, and so on), as Debian has it since 12.</summary>
internal sealed class DebianTree
{
    private readonly SortedDictionary<string, DebianFile> files = new(StringComparer.Ordinal);

    public DebianTree(IEnumerable<DebianPackage> packages)
    {
        foreach (var package in packages)
        {
            foreach (var file in Directory.EnumerateFiles(package.Files, "*", SearchOption.AllDirectories))
            {
                var path = Merged(Path.GetRelativePath(package.Files, file));
                files[path] = new DebianFile(path, package, file);
            }
        }
    }

    /// <summary>The packages of one architecture.</summary>
    /// <exception cref="ImageException">There are none.</exception>
    public static DebianTree Read(string folder) =>
        Directory.Exists(folder)
            ? new DebianTree(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(DebianPackage.Read))
            : throw new ImageException($"{folder} holds no packages: run 'eng/debian.sh fetch {Path.GetFileName(folder)}'.");

    /// <summary>Every file that a pattern means; <c>*</c> stands for any characters, <c>/</c> too.</summary>
    /// <exception cref="ImageException">No package of the lock has such a file.</exception>
    public IReadOnlyList<DebianFile> Matching(string pattern)
    {
        DebianFile[] found = pattern.Contains('*', StringComparison.Ordinal)
            ? [.. files.Values.Where(file => FileSystemName.MatchesSimpleExpression(pattern, file.Path, ignoreCase: false))]
            : [.. Find(pattern) is { } one ? [one] : Array.Empty<DebianFile>()];
        return found.Length > 0 ? found : throw new ImageException($"no package of images/debian.lock has the file {pattern}.");
    }

    /// <summary>One file by its path, or null.</summary>
    public DebianFile? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>A path as it is where /bin, /sbin, /lib and /lib64 are links into /usr.</summary>
    public static string Merged(string path) =>
        path.Split('/')[0] is "bin" or "sbin" or "lib" or "lib64" ? "usr/" + path : path;
}
