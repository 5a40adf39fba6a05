namespace Overlay.Netlink.NfTables.Sets;

/// <summary>Remembers where each element of a request begins, so that a refusal can name the one that the kernel points at.</summary>
internal sealed class ElementOffsets(string set, int requestStart)
{
    private readonly List<(int Start, SetElement Element)> elements = [];

    internal void Begin(int offset, SetElement element) => elements.Add((offset - requestStart, element));

    /// <summary>The set and the last element that begins at or before an offset.</summary>
    internal object? TargetAt(int offset)
    {
        var index = elements.FindLastIndex(e => e.Start <= offset);
        return index < 0 ? null : $"{set}: {elements[index].Element}";
    }
}
