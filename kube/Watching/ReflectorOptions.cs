using Overlay.Kube.Entities;
using Overlay.Kube.Queueing;

namespace Overlay.Kube.Watching;

/// <summary>How a <see cref="Reflector{T}"/> goes about it.</summary>
public sealed record ReflectorOptions<T>
{
    /// <summary>Which objects.</summary>
    public EntitySelection Selection { get; init; } = EntitySelection.All;

    /// <summary>The most objects of a page of the list, where the server pages.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>After which time the server ends a watch; each is lengthened by up to as much again, by chance.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest silence of a watch. A half-open connection is noticed within this time; a watch of a kind where nothing happens is opened
    /// anew as often, from where it stood, which costs the server little. (The API server's bookmarks come about once a minute.)
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Whether the API server may not know the kind, its definition being optional: then 404 says that there are no objects. Where there were some
    /// it must say so twice, <see cref="AskAgain"/> apart: a server that has just started may not serve its definitions yet.
    /// </summary>
    public bool MayBeMissing { get; init; }

    /// <summary>How long to wait, at least, before a server is asked again for a kind that it does not know.</summary>
    public TimeSpan AskAgain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait between failed tries.</summary>
    public Backoff Backoff { get; init; } = Backoff.Requests;

    /// <summary>The wait between tries while nobody listens where the server should be.</summary>
    public Backoff Refusals { get; init; } = Backoff.Refusals;

    /// <summary>Makes a smaller object of each before it is kept; it must keep name, UID and versions. Null: kept as parsed.</summary>
    public Func<T, T>? Transform { get; init; }

    /// <summary>How long to wait before the next try.</summary>
    /// <param name="failures">How many failed in a row, 1 or more.</param>
    /// <param name="last">What the last failed of; null: a watch ended at once.</param>
    /// <param name="asked">How long the server asks to wait, if it does.</param>
    /// <param name="chance">0 to 1: where in the upper half of the wait; null draws it.</param>
    internal TimeSpan Wait(int failures, Exception? last, TimeSpan? asked, double? chance = null)
    {
        var own = (last is KubernetesException { IsRefused: true } ? Refusals : Backoff).Wait(failures, chance);
        return asked > own ? asked.Value : own;
    }
}
