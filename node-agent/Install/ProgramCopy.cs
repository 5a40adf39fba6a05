using Overlay.NodeAgent.Files;

namespace Overlay.NodeAgent.Install;

/// <summary>A program kept equal to the one it is copied from. Content is compared only when the look from far says that something has changed.</summary>
/// <param name="source">The program.</param>
/// <param name="target">Its copy's place.</param>
/// <param name="mode">Who may use the copy.</param>
internal sealed class ProgramCopy(string source, string target, UnixFileMode mode)
{
    private string? _same;

    /// <summary>Copies when the copy is missing or different. Running processes keep the file they were started from.</summary>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="IOException">One of them can not be read or written.</exception>
    public bool Renew()
    {
        if (!File.Exists(source))
            throw new FileNotFoundException($"the plugin to install, {source}, is not there: name it by --cni-plugin.");
        if (_same is not null && string.Equals(_same, FromFar(), StringComparison.Ordinal))
            return false;
        var written = !File.Exists(target) || File.GetUnixFileMode(target) != mode || !HasSameContent();
        if (written)
        {
            WholeFile.Write(target, mode, copy =>
            {
                using var program = File.OpenRead(source);
                program.CopyTo(copy);
            });
        }

        _same = FromFar();
        return written;
    }

    private string FromFar() => $"{Describe(source)} {Describe(target)}";

    private static string Describe(string path) =>
        new FileInfo(path) is { Exists: true } file ? $"{file.Length} {file.LastWriteTimeUtc.Ticks} {file.UnixFileMode}" : "missing";

    private bool HasSameContent()
    {
        using var left = File.OpenRead(source);
        using var right = File.OpenRead(target);
        if (left.Length != right.Length)
            return false;
        var (a, b) = (new byte[16 * 1024], new byte[16 * 1024]);
        for (int read; (read = left.Read(a)) > 0;)
        {
            right.ReadExactly(b, 0, read);
            if (!a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read)))
                return false;
        }

        return true;
    }
}
