namespace Overlay.Netlink.Messages;

/// <summary>Messages that go to the kernel together, each with the words to complain in if it is refused.</summary>
internal sealed class RequestList
{
    private readonly List<Request> requests = [];

    internal MessageWriter Writer { get; } = new();

    internal int Count => requests.Count;

    internal Request this[int index] => requests[index];

    /// <summary>Begins a request; every attribute written until <see cref="End"/> is its own.</summary>
    internal void Begin(ushort type, MessageFlags flags, string operation, object target, bool missingIsFine = false) =>
        requests.Add(new Request(Writer.BeginMessage(type, flags | MessageFlags.Request), operation, target, missingIsFine));

    internal void End() => Writer.EndMessage(requests[^1].Start);

    /// <summary>Gives the last request a finer answer to "on what": by the offset that the kernel points at.</summary>
    internal void NameParts(Func<int, object?> targetAt) => requests[^1] = requests[^1] with { TargetAt = targetAt };

    /// <summary>One request: where its message starts, what it attempts, on what, and whether "no such object" counts as done.</summary>
    internal readonly record struct Request(int Start, string Operation, object Target, bool MissingIsFine)
    {
        internal Func<int, object?>? TargetAt { get; init; }
    }
}
