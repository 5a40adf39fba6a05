using System.Globalization;
using System.Runtime.InteropServices;

namespace Overlay.Kube.Memory;

/// <summary>Gives back pages that only the start of a program, or a burst, needed: of its code and constants, and of malloc's free lists.</summary>
/// <remarks>
/// Code and constants are clean pages of files: unmapped (MADV_DONTNEED, madvise(2)) they stay in the kernel's page cache, from where what is needed
/// again comes back within microseconds, and where the kernel may drop them when memory is short. Only mappings that can't be written and that hold
/// no page of their own (Anonymous: 0, proc_pid_smaps(5)) are touched, so nothing can be lost.
/// </remarks>
internal static partial class ProgramPages
{
    private const int DontNeed = 4;

    /// <summary>Gives back what can be. Does nothing where the system offers no such thing.</summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            foreach (var (start, length) in Clean(File.ReadLines("/proc/self/smaps")).ToList())
            {
                // Advice: a refusal costs nothing but the pages.
                _ = Advise((nint)start, (nuint)length, DontNeed);
            }

            _ = TrimMalloc(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            // No proc file system, or a C library without malloc_trim (musl): the pages stay.
        }
    }

    /// <summary>The mappings of files that may be given back, from lines of smaps: <c>00404000-00b71000 r-xp 00004000 fe:00 1234  /usr/bin/agent</c>.</summary>
    /// <param name="smaps">The lines.</param>
    internal static IEnumerable<(long Start, long Length)> Clean(IEnumerable<string> smaps)
    {
        (long Start, long Length)? mapping = null;
        foreach (var line in smaps)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 5 && words[0].Split('-') is [var from, var to] && words[1].Length == 4)
            {
                var isFile = words.Length > 5 && words[5].StartsWith('/');
                var isFixed = words[1] is "r-xp" or "r--p";
                mapping = isFile && isFixed && Hex(from) is var start ? (start, Hex(to) - start) : null;
            }
            else if (mapping is { } clean && words is ["Anonymous:", "0", ..])
            {
                yield return clean;
                mapping = null;
            }
        }
    }

    private static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint keep);
}
