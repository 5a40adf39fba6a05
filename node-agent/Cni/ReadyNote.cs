using System.Globalization;
using System.Text;
using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Cni;

/// <summary>
/// Notes beside the socket when this agent was ready last, so that STATUS bears with a restart (<see cref="Meeting.RestartPatienceMilliseconds"/>).
/// </summary>
internal sealed class ReadyNote
{
    private readonly string _path;
    private readonly Func<bool> _isReady;
    private readonly TimeProvider _time;
    private readonly byte[] _before;

    /// <summary>Reads what an agent before this one noted.</summary>
    /// <param name="socket">The agent's socket.</param>
    /// <param name="isReady">Whether pods could be added now.</param>
    /// <param name="time">The clock.</param>
    public ReadyNote(string socket, Func<bool> isReady, TimeProvider time)
    {
        (_path, _isReady, _time) = (socket + Meeting.ReadySuffix, isReady, time);
        _before = ReadOrNothing(_path);
    }

    /// <summary>Whether this agent is still coming up, after one that was ready a short while ago.</summary>
    public bool BearsWithStart => !HasBeenReady && Meeting.WasReady(_before, Environment.TickCount64);

    private bool HasBeenReady { get; set; }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (_isReady())
                    Renew();
                var wait = HasBeenReady ? Meeting.ReadyEveryMilliseconds : 100;
                await Task.Delay(TimeSpan.FromMilliseconds(wait), _time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As it should be.
        }
    }

    /// <summary>In place and of one length, so that nobody ever reads a half.</summary>
    private void Renew()
    {
        HasBeenReady = true;
        try
        {
            using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(Environment.TickCount64.ToString("d19", CultureInfo.InvariantCulture)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without the note STATUS says "not ready" while the agent is away, as the spec has it.
        }
    }

    private static byte[] ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
