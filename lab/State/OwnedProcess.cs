namespace Overlay.Lab.State;

/// <summary>A process that a lab started.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When it started, clock ticks since boot: with the id, unique until the next boot.</param>
/// <param name="CommandLine">Its command line.</param>
public sealed record OwnedProcess(int Id, ulong StartTime, string CommandLine)
{
    private const int Terminate = 9;

    /// <summary>SIGKILL, unless the id has meanwhile passed to another process.</summary>
    public void Kill() => Signal(Terminate);

    /// <summary>Sends a signal, unless the id has meanwhile passed to another process.</summary>
    /// <param name="signal">The number, as SIGSTOP = 19.</param>
    public void Signal(int signal)
    {
        if (IsAlive)
            _ = Native.Libc.Kill(Id, signal);
    }

    /// <summary>Whether it still runs (a zombie does not).</summary>
    public bool IsAlive => OwnedProcesses.StartTimeOf(Id) == StartTime;
}
