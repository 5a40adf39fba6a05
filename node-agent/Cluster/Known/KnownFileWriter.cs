using System.Text;
using Overlay.NodeAgent.Files;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>Writes a file of known objects: all of them at once, then each change behind.</summary>
/// <remarks>Each line is with the kernel when <see cref="Append"/> returns, so a killed agent loses none; <see cref="Sync"/> makes them outlive a power cut. Not thread-safe.</remarks>
internal sealed class KnownFileWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly KnownHeader _header;
    private LineSum _sum;

    private KnownFileWriter(string path, KnownHeader header, LineSum sum)
    {
        (_header, _sum) = (header, sum);
        _file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Length = _file.Length;
        Snapshot = Length;
    }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Its length when all was written at once.</summary>
    public long Snapshot { get; }

    /// <summary>Puts a new file in the place of what is there.</summary>
    /// <exception cref="IOException">It can not be written; what was there still is.</exception>
    public static KnownFileWriter Create(string path, string node, IEnumerable<string> lines)
    {
        var header = KnownHeader.New(node);
        var sum = header.Sum;
        WholeFile.Write(path, UnixFileMode.UserRead | UnixFileMode.UserWrite, stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
            text.WriteLine(header.ToString());
            foreach (var line in lines.Append(KnownLines.Whole))
            {
                sum = sum.Then(line);
                text.WriteLine($"{sum} {line}");
            }

            text.Flush();
            var length = stream.Position;
            stream.Seek(header.CommittedAt, SeekOrigin.Begin);
            stream.Write(Encoding.ASCII.GetBytes(KnownHeader.CommittedText(length)));
        });
        return new KnownFileWriter(path, header, sum);
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="IOException">There is no room; the file can not be used any more.</exception>
    public void Append(string line)
    {
        _sum = _sum.Then(line);
        var bytes = Encoding.UTF8.GetBytes($"{_sum} {line}\n");
        RandomAccess.Write(_file.SafeFileHandle, bytes, Length);
        Length += bytes.Length;
        RandomAccess.Write(_file.SafeFileHandle, Encoding.ASCII.GetBytes(KnownHeader.CommittedText(Length)), _header.CommittedAt);
    }

    /// <summary>Forces what was added to the disk.</summary>
    public void Sync() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
