using Overlay.Api.Objects;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Watching;

/// <summary>One line of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Entity">The object after the change, or as it was when deleted; of a bookmark only its version counts; null with an error, and where nothing stands for <see cref="Unreadable"/>.</param>
/// <param name="Error">What went wrong, with <see cref="WatchEventType.Error"/>.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Entity, Status? Error)
    where T : class, IEntity
{
    /// <summary>What is known of an object that does not fit its kind; null: it does.</summary>
    public Unreadable<T>? Unreadable { get; init; }
}

/// <summary>What a line of a watch says.</summary>
public enum WatchEventType
{
    /// <summary>An object came to be, or came into the selection.</summary>
    Added,

    /// <summary>An object changed.</summary>
    Modified,

    /// <summary>An object went, or left the selection.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version.</summary>
    Bookmark,

    /// <summary>The watch can not go on; with code 410 the client must list again.</summary>
    Error,
}
