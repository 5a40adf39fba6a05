using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Overlay.Cli.Bundle;

/// <summary>A tar.gz of texts, each cleaned of credentials; written aside and moved in place when it is whole.</summary>
internal sealed class BundleArchive
{
    private readonly List<(string Name, string Text)> _files = [];
    private readonly List<string> _errors = [];

    /// <summary>How many files it has.</summary>
    public int Count => _files.Count;

    /// <summary>What could not be had.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Adds a file.</summary>
    public void Add(string name, string text) => _files.Add((name, Redaction.Of(text)));

    /// <summary>Notes that something could not be had.</summary>
    public void Miss(string name, string why) => _errors.Add($"{name}: {why}");

    /// <summary>Writes it, for its owner's eyes only.</summary>
    /// <param name="path">The file.</param>
    /// <param name="made">The files' time.</param>
    /// <param name="cancel">Gives up; nothing is left then.</param>
    public async Task WriteAsync(string path, DateTimeOffset made, CancellationToken cancel)
    {
        var fresh = path + ".new";
        try
        {
            await using (var file = new FileStream(fresh, Options()))
            await using (var compressed = new GZipStream(file, CompressionLevel.Optimal))
            await using (var tar = new TarWriter(compressed))
            {
                foreach (var (name, text) in _errors.Count == 0 ? _files : _files.Append(("errors.txt", string.Join('\n', _errors) + "\n")))
                {
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, $"overlay-bundle/{name}") { ModificationTime = made, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };
                    await tar.WriteEntryAsync(entry, cancel);
                }
            }

            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
