using System.Formats.Tar;

namespace Overlay.Images.Layers;

/// <summary>
/// Writes tar archives whose bytes depend on the entries alone: sorted, ustar (its headers hold no time of access and no
/// random name, as pax headers do), owned by 0:0, dated 1970.
/// </summary>
internal static class LayerTar
{
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Program = Everybody | UnixFileMode.UserWrite;
    private const UnixFileMode Plain = Program & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    private const UnixFileMode Shared = Everybody | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <summary>The archive, with an entry for each folder on the way to another.</summary>
    public static byte[] Write(IEnumerable<LayerEntry> entries)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in WithFolders(entries))
            {
                tar.WriteEntry(Entry(entry));
            }
        }

        return stream.ToArray();
    }

    private static SortedDictionary<string, LayerEntry>.ValueCollection WithFolders(IEnumerable<LayerEntry> entries)
    {
        var all = new SortedDictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            all[entry.Path] = entry;
            for (var folder = Path.GetDirectoryName(entry.Path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                all.TryAdd(folder, new LayerEntry.Folder(folder));
            }
        }

        return all.Values;
    }

    private static UstarTarEntry Entry(LayerEntry entry)
    {
        var tar = entry switch
        {
            LayerEntry.Content file => new UstarTarEntry(TarEntryType.RegularFile, file.Path)
            {
                Mode = file.Executable ? Program : Plain,
                DataStream = new MemoryStream(file.Bytes.ToArray(), writable: false),
            },
            LayerEntry.Link link => new UstarTarEntry(TarEntryType.SymbolicLink, link.Path) { Mode = Program, LinkName = link.Target },
            _ => new UstarTarEntry(TarEntryType.Directory, entry.Path + "/") { Mode = entry.Path == "tmp" ? Shared : Program },
        };
        tar.ModificationTime = DateTimeOffset.UnixEpoch;
        return tar;
    }
}
