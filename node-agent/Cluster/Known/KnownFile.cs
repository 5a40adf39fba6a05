using System.Text;
using System.Text.Json;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>Reads a file of known objects, whole or not at all.</summary>
/// <remarks>
/// <code>
/// overlay-known-objects FORMAT READABLE-SINCE COMMITTED-LENGTH NODE
/// SUM + networkpolicies {"metadata":...}        an object
/// SUM = whole                                   all there was when the file was made
/// SUM + networkpolicies {"metadata":...}        what came and changed since
/// SUM - networkpolicies shop/front              what went since
/// </code>
/// </remarks>
internal static class KnownFile
{
    private const char Separator = ' ';

    /// <summary>Reads it into the kinds, which keep it apart until they are told to use it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="node">The node that it must be of.</param>
    /// <param name="kinds">Where objects go; of kinds that are not among them nothing is taken.</param>
    /// <exception cref="KnownFileException">It is damaged, cut off, another node's, or written by an agent that is too new.</exception>
    public static void Read(string path, string node, IReadOnlyDictionary<string, IKnownKind> kinds)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
            EndsWithALine(file);
            using var text = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            var header = Judged(KnownHeader.Parse(text.ReadLine()), file.Length, node);
            ReadLines(text, header.Sum, kinds);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KnownFileException(error.Message, error);
        }
    }

    private static void ReadLines(StreamReader text, LineSum sum, IReadOnlyDictionary<string, IKnownKind> kinds)
    {
        var whole = false;
        for (var number = 2; text.ReadLine() is { } line; number++)
        {
            if (line.Length <= LineSum.Length || line[LineSum.Length] != Separator)
                throw new KnownFileException($"line {number} is damaged");
            var said = line[(LineSum.Length + 1)..];
            sum = sum.Then(said);
            if (!line.StartsWith(sum.ToString(), StringComparison.Ordinal))
                throw new KnownFileException($"line {number} is damaged, or lines before it are missing");
            whole |= said is KnownLines.Whole;
            if (said.Split(Separator, 3) is [var what, var plural, var rest] && kinds.TryGetValue(plural, out var kind))
            {
                if (what is "+")
                    kind.Take(rest);
                else if (what is "-")
                    kind.Drop(rest);
            }
        }

        if (!whole)
            throw new KnownFileException("it was not written to its end");
    }

    private static KnownHeader Judged(KnownHeader? header, long length, string node)
    {
        if (header is null)
            throw new KnownFileException("its first line is not one of ours");
        if (header.ReadableSince > KnownHeader.CurrentFormat)
            throw new KnownFileException($"it was written in format {header.Format} by a newer agent; this one reads up to {KnownHeader.CurrentFormat}");
        if (!string.Equals(header.Node, node, StringComparison.Ordinal))
            throw new KnownFileException($"it is of node {header.Node}, and this is {node}");
        if (length < header.Committed)
            throw new KnownFileException($"it was cut off: {length} of {header.Committed} bytes are left");
        return header;
    }

    private static void EndsWithALine(FileStream file)
    {
        if (file.Length == 0)
            throw new KnownFileException("it is empty");
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            throw new KnownFileException("its last line was not written to the end");
        file.Seek(0, SeekOrigin.Begin);
    }
}
