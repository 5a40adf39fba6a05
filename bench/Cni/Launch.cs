using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Overlay.Lab.Runtime;

namespace Overlay.Bench.Cni;

/// <summary>
/// One call of a plugin with as little around it as can be: spawned (posix_spawn(3)) and waited for by one blocking thread, its input and output files.
/// .NET's own way of starting processes takes some milliseconds, on either side of a comparison.
/// </summary>
internal static unsafe partial class Launch
{
    /// <summary>More than glibc's posix_spawn_file_actions_t has (80 bytes).</summary>
    private const int ActionsBytes = 256;

    private const int ReadOnly = 0;
    private const int WriteTruncated = 0x1 | 0x40 | 0x200;

    /// <summary>Calls the plugin in its node's namespace.</summary>
    /// <param name="runtime">Knows plugin and node.</param>
    /// <param name="variables">The CNI variables.</param>
    /// <param name="stdin">What the plugin reads.</param>
    /// <param name="folder">Where files of the call may be.</param>
    public static CniAnswer Call(CniRuntime runtime, IReadOnlyDictionary<string, string> variables, string stdin, string folder)
    {
        var (input, output) = (Path.Combine(folder, Path.GetRandomFileName()), Path.Combine(folder, Path.GetRandomFileName()));
        File.WriteAllText(input, stdin);
        try
        {
            var environment = runtime.Environment(variables).Select(variable => $"{variable.Key}={variable.Value}").ToList();
            var (exit, elapsed) = runtime.Node.Run(() => Spawn(runtime.Plugin, environment, input, output));
            return new CniAnswer(exit, File.ReadAllText(output), elapsed);
        }
        finally
        {
            File.Delete(input);
            File.Delete(output);
        }
    }

    private static (int Exit, TimeSpan Elapsed) Spawn(string program, List<string> environment, string input, string output)
    {
        using var texts = new Texts();
        var arguments = texts.List([program]);
        var variables = texts.List(environment);
        var actions = stackalloc byte[ActionsBytes];
        Check(ActionsInit(actions), "prepare");
        Check(AddOpen(actions, 0, texts.Add(input), ReadOnly, 0), "open the input of");
        Check(AddOpen(actions, 1, texts.Add(output), WriteTruncated, 0x180), "open the output of");
        var path = texts.Add(program);
        var clock = Stopwatch.StartNew();
        Check(PosixSpawn(out var child, path, actions, null, arguments, variables), "start");
        int status;
        while (WaitFor(child, &status, 0) < 0 && Marshal.GetLastPInvokeError() == 4) { }
        var elapsed = clock.Elapsed;
        Check(ActionsDestroy(actions), "tidy up after");
        return ((status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), elapsed);

        void Check(int error, string what)
        {
            if (error != 0)
                throw new InvalidOperationException($"could not {what} {program}: errno {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int AddOpen(byte* actions, int number, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int PosixSpawn(out int child, byte* path, byte* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int child, int* status, int options);

    /// <summary>Texts as C has them, freed together.</summary>
    private sealed class Texts : IDisposable
    {
        private readonly List<nint> held = [];

        public byte* Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text + '\0');
            var copy = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(copy, bytes.Length));
            held.Add((nint)copy);
            return copy;
        }

        public byte** List(List<string> items)
        {
            var list = (byte**)NativeMemory.Alloc((nuint)((items.Count + 1) * sizeof(byte*)));
            held.Add((nint)list);
            for (var i = 0; i < items.Count; i++)
                list[i] = Add(items[i]);
            list[items.Count] = null;
            return list;
        }

        public void Dispose()
        {
            foreach (var one in held)
                NativeMemory.Free((void*)one);
        }
    }
}
