namespace Overlay.Images.Tests;

/// <summary>Unpacked packages as <c>eng/debian.sh fetch</c> leaves them, made up.</summary>
internal sealed class PackagesFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("overlay-images-").FullName;

    /// <summary>Adds a package with copies of this machine's files, or with links (<c>-&gt; target</c>).</summary>
    public PackagesFolder Add(string name, params (string Path, string Source)[] files)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, "control"), $"Package: {name}\nVersion: 1:2.0-1\nHomepage: https://example.org/{name}\n");
        File.WriteAllText(System.IO.Path.Combine(folder, "sha256"), new string('a', 64) + "\n");
        foreach (var (path, source) in files.Append(($"usr/share/doc/{name}/copyright", "text")))
        {
            var target = System.IO.Path.Combine(folder, "files", path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            if (source.StartsWith("-> ", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(target, source[3..]);
            }
            else if (source == "text")
            {
                File.WriteAllText(target, "Licence: MIT\n");
            }
            else
            {
                File.Copy(source, target);
            }
        }

        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
