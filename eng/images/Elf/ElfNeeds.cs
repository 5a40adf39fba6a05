using System.Buffers.Binary;
using System.Text;

namespace Overlay.Images.Elf;

/// <summary>
/// The shared libraries that an ELF file asks the loader for (DT_NEEDED), and the loader itself (PT_INTERP). Read from the file, not
/// asked of <c>ldd</c>, which would run it: so it works for another machine's files too. Layout: elf(5), 64-bit, little-endian.
/// </summary>
internal static class ElfNeeds
{
    private const uint LoadSegment = 1, DynamicSegment = 2, InterpreterSegment = 3;
    private const long Needed = 1, StringTable = 5;

    /// <summary>Names, as <c>libc.so.6</c>, and the loader's path, as <c>/lib64/ld-linux-x86-64.so.2</c>; empty for what is not an ELF file, or needs nothing.</summary>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> file)
    {
        if (!IsElf(file) || file[4] != 2 || file[5] != 1)
        {
            return [];
        }

        var segments = Segments(file);
        List<string> names = [];
        foreach (var interpreter in segments.Where(segment => segment.Type == InterpreterSegment))
        {
            names.Add(Text(file, interpreter.Offset));
        }

        foreach (var dynamic in segments.Where(segment => segment.Type == DynamicSegment))
        {
            var entries = Entries(file, dynamic);
            var strings = entries.Where(entry => entry.Tag == StringTable).Select(entry => entry.Value).FirstOrDefault();
            names.AddRange(TextsAt(file, entries, Offset(segments, strings)));
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether this is a program or a library.</summary>
    public static bool IsElf(ReadOnlySpan<byte> file) => file.StartsWith("\u007fELF"u8);

    private static List<Segment> Segments(ReadOnlySpan<byte> file)
    {
        var table = (int)Word(file, 32);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(file[54..]), count = BinaryPrimitives.ReadUInt16LittleEndian(file[56..]);
        List<Segment> segments = [];
        for (var i = 0; i < count; i++)
        {
            var header = file.Slice(table + (i * size), size);
            segments.Add(new Segment(BinaryPrimitives.ReadUInt32LittleEndian(header), (int)Word(header, 8), Word(header, 16), Word(header, 32)));
        }

        return segments;
    }

    private static List<(long Tag, long Value)> Entries(ReadOnlySpan<byte> file, Segment dynamic)
    {
        List<(long, long)> entries = [];
        for (var at = dynamic.Offset; at < dynamic.Offset + dynamic.Size && Word(file, at) != 0; at += 16)
        {
            entries.Add((Word(file, at), Word(file, at + 8)));
        }

        return entries;
    }

    private static List<string> TextsAt(ReadOnlySpan<byte> file, List<(long Tag, long Value)> entries, int strings)
    {
        List<string> texts = [];
        foreach (var (tag, value) in entries)
        {
            if (tag == Needed)
            {
                texts.Add(Text(file, strings + (int)value));
            }
        }

        return texts;
    }

    /// <summary>Where in the file lies what is loaded at an address.</summary>
    private static int Offset(List<Segment> segments, long address)
    {
        var segment = segments.First(s => s.Type == LoadSegment && s.Address <= address && address < s.Address + s.Size);
        return (int)(address - segment.Address) + segment.Offset;
    }

    private static long Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static string Text(ReadOnlySpan<byte> file, int at) => Encoding.ASCII.GetString(file[at..][..file[at..].IndexOf((byte)0)]);

    private readonly record struct Segment(uint Type, int Offset, long Address, long Size);
}
