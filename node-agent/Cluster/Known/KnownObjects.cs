using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Cluster.Known;

/// <summary>
/// Keeps on disk what this node knows of the cluster, and starts from it when the API server can not be reached: the data plane outlives the control plane, over a
/// restart of the agent and of the machine too.
/// </summary>
/// <remarks>
/// Fails closed. Each change is in the file before rules are made from it, so rules made from the file never permit what a later state that was in force forbade;
/// where a change can not be written the file goes, and an agent that has neither file nor API server leaves the kernel's rules alone and starts no pods.
/// A tag is not given out again while this node has not acknowledged its release, so old tags in the file do no harm either.
/// </remarks>
internal sealed class KnownObjects : IDisposable
{
    /// <summary>How long the API server may be silent before the file takes its place ...</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>... and how long the rest of the lists may take once one has come.</summary>
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    /// <summary>The file is written anew when changes have made it twice as long, and this long at least.</summary>
    private const long WorthRewriting = 256 * 1024;

    private readonly string _path;
    private readonly string _node;
    private readonly IReadOnlyDictionary<string, IKnownKind> _kinds;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable[] _following;
    private KnownFileWriter? _file;
    private bool _dirty;

    /// <summary>Prepares it, and follows the caches from here on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="node">This node's name.</param>
    /// <param name="kinds">What is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of what is discarded.</param>
    public KnownObjects(string path, string node, IReadOnlyCollection<IKnownKind> kinds, TimeProvider time, ILogger log)
    {
        (_path, _node, _time, _log) = (path, node, time, log);
        _kinds = kinds.ToDictionary(kind => kind.Plural, StringComparer.Ordinal);
        _following = [.. kinds.Select(kind => kind.Follow(Append))];
    }

    /// <summary>The file's name in the agent's state directory.</summary>
    public const string FileName = "known-objects";

    /// <summary>When the file was written that this agent started from; null: it started from the API server.</summary>
    public DateTimeOffset? StartedFrom { get; private set; }

    /// <summary>Whether rules may be made from the caches: what they hold is in the file, or there is no file that says otherwise.</summary>
    public bool IsSettled => _settled.Task.IsCompleted;

    /// <summary>Waits for <see cref="IsSettled"/>.</summary>
    public Task WaitUntilSettledAsync(CancellationToken cancellation) => _settled.Task.WaitAsync(cancellation);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await FillAsync(cancellation);
            Rewrite();
            _settled.TrySetResult();
            while (true)
            {
                await Task.Delay(_file is null ? TryAgain : SyncEvery, _time, cancellation);
                Tend();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Tend();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var one in _following)
            one.Dispose();
        _file?.Dispose();
    }

    /// <summary>Returns when all caches are filled: by the API server, or by the file where that is silent.</summary>
    private async Task FillAsync(CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var tried = false;
        while (!_kinds.Values.All(kind => kind.HasSynced))
        {
            var patience = _kinds.Values.Any(kind => kind.HasSynced) ? Slowness : Silence;
            if (!tried && _time.GetElapsedTime(began) >= patience)
            {
                Start();
                tried = true;
            }

            await Task.Delay(Look, _time, cancellation);
        }
    }

    private void Start()
    {
        if (!File.Exists(_path))
        {
            KnownLog.NoFile(_log, _path);
            return;
        }

        try
        {
            KnownFile.Read(_path, _node, _kinds);
            StartedFrom = new DateTimeOffset(File.GetLastWriteTimeUtc(_path), TimeSpan.Zero);
            foreach (var kind in _kinds.Values)
                kind.Prime();
            KnownLog.Started(_log, _path, StartedFrom.Value);
        }
        catch (KnownFileException error)
        {
            foreach (var kind in _kinds.Values)
                kind.Forget();
            KnownLog.Discarded(_log, _path, error.Message);
            Delete();
        }
    }

    /// <summary>Called by a cache in the order of its changes. Whoever makes rules waits until it has returned (<see cref="ClusterCaches.WaitUntilTold"/>).</summary>
    private void Append(Func<string?> change)
    {
        lock (_lock)
        {
            if (_file is null || change() is not { } line)
                return;
            try
            {
                _file.Append(line);
                _dirty = true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                GiveUp(error.Message);
            }
        }
    }

    private void Tend()
    {
        lock (_lock)
        {
            if (_file is null || _file.Length > Math.Max(WorthRewriting, 2 * _file.Snapshot))
                Rewrite();
            if (!_dirty || _file is null)
                return;
            try
            {
                _file.Sync();
                _dirty = false;
            }
            catch (IOException error)
            {
                GiveUp(error.Message);
            }
        }
    }

    private void Rewrite()
    {
        lock (_lock)
        {
            try
            {
                var fresh = KnownFileWriter.Create(_path, _node, _kinds.Values.SelectMany(kind => kind.Lines()));
                _file?.Dispose();
                (_file, _dirty) = (fresh, false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                GiveUp(error.Message);
            }
        }
    }

    /// <summary>A file that lacks a change must not be started from.</summary>
    private void GiveUp(string why)
    {
        KnownLog.NotWritten(_log, _path, why);
        _file?.Dispose();
        _file = null;
        Delete();
    }

    private void Delete()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            KnownLog.NotDeleted(_log, _path, error.Message);
        }
    }
}
