using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>
/// A DEL that found no agent: its frame, kept in a file until the agent is back and carries it out. The file's name is the time
/// and our process id: nothing of the input becomes part of a path (CVE-2021-20206).
/// </summary>
internal static unsafe class Tombstone
{
    /// <summary>Writes the frame so that it is whole or not there at all, also after a power cut. False: not written.</summary>
    /// <param name="directory">Where tombstones are kept; made (0700) when missing.</param>
    /// <param name="frame">The request as the agent would have got it.</param>
    /// <param name="error">The errno of the step that failed.</param>
    public static bool TryWrite(string directory, ReadOnlySpan<byte> frame, out int error)
    {
        MakeDirectories(directory);
        var name = string.Create(CultureInfo.InvariantCulture, $"{directory}/{TimeProvider.System.GetUtcNow().Ticks:x16}-{Libc.getpid()}");
        var temporary = name + ".tmp";
        var written =
            WriteFile(temporary, frame, out error)
            && Rename(temporary, name + Meeting.TombstoneSuffix, out error)
            && SyncDirectory(directory, out error);
        if (!written)
        {
            fixed (byte* path = Path(temporary))
                _ = Libc.unlink(path);
        }

        return written;
    }

    private static void MakeDirectories(string directory)
    {
        for (var at = directory.IndexOf('/', 1); ; at = directory.IndexOf('/', at + 1))
        {
            fixed (byte* path = Path(at < 0 ? directory : directory[..at]))
                _ = Libc.mkdir(path, 0x1C0); // 0700; one that is there already stays as it is
            if (at < 0)
                return;
        }
    }

    private static bool WriteFile(string name, ReadOnlySpan<byte> bytes, out int error)
    {
        int file;
        fixed (byte* path = Path(name))
            file = Libc.open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0x180); // 0600
        error = file < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (file < 0)
            return false;
        if (!Descriptor.WriteAll(file, bytes) || Libc.fsync(file) != 0)
            error = Marshal.GetLastPInvokeError();
        _ = Libc.close(file);
        return error == 0;
    }

    private static bool Rename(string from, string to, out int error)
    {
        fixed (byte* source = Path(from))
        fixed (byte* target = Path(to))
            error = Libc.rename(source, target) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error == 0;
    }

    private static bool SyncDirectory(string name, out int error)
    {
        int directory;
        fixed (byte* path = Path(name))
            directory = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        error = directory >= 0 && Libc.fsync(directory) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (directory >= 0)
            _ = Libc.close(directory);
        return error == 0;
    }

    private static byte[] Path(string path) => Encoding.UTF8.GetBytes(path + "\0");
}
