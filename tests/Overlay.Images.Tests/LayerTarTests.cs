using System.Formats.Tar;
using Overlay.Images.Layers;

namespace Overlay.Images.Tests;

public sealed class LayerTarTests
{
    private static readonly LayerEntry[] Entries =
    [
        new LayerEntry.Content("usr/bin/program", "program"u8.ToArray(), Executable: true),
        new LayerEntry.Link("bin", "usr/bin"),
        new LayerEntry.Content("etc/passwd", "root"u8.ToArray(), Executable: false),
        new LayerEntry.Folder("tmp"),
    ];

    [Fact]
    public void Bytes_depend_on_the_entries_alone_not_on_their_order() =>
        LayerTar.Write(Entries.Reverse()).Should().Equal(LayerTar.Write(Entries));

    [Fact]
    public void Everything_is_roots_and_dated_1970() =>
        Read(LayerTar.Write(Entries)).Should().OnlyContain(entry => entry.Uid == 0 && entry.Gid == 0 && entry.ModificationTime == DateTimeOffset.UnixEpoch);

    [Fact]
    public void Folders_come_before_what_they_hold() =>
        Read(LayerTar.Write(Entries)).Select(entry => entry.Name).Should().Equal("bin", "etc/", "etc/passwd", "tmp/", "usr/", "usr/bin/", "usr/bin/program");

    [Theory]
    [InlineData("usr/bin/program", "755")]
    [InlineData("etc/passwd", "644")]
    [InlineData("etc/", "755")]
    [InlineData("tmp/", "1777")]
    public void Nobody_but_root_may_write_except_in_tmp(string path, string octal) =>
        Read(LayerTar.Write(Entries)).Single(entry => entry.Name == path).Mode.Should().Be((UnixFileMode)Convert.ToInt32(octal, 8));

    private static List<TarEntry> Read(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        List<TarEntry> entries = [];
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }
}
