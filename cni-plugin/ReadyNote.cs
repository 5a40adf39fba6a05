using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>The agent's note beside its socket, of when it was ready last.</summary>
internal static unsafe class ReadyNote
{
    private const int LongestNote = 64;

    /// <summary>Whether it was ready a short while ago; see <see cref="Meeting.RestartPatienceMilliseconds"/>.</summary>
    /// <param name="socket">The agent's socket.</param>
    public static bool IsFresh(string socket)
    {
        int file;
        fixed (byte* path = Encoding.UTF8.GetBytes(socket + Meeting.ReadySuffix + "\0"))
            file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file < 0)
            return false;
        var note = Descriptor.ReadToEnd(file, LongestNote);
        _ = Libc.close(file);
        return note is not null && Meeting.WasReady(note, Environment.TickCount64);
    }
}
