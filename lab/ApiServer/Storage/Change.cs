using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Storage;

internal enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One entry of a resource's history. <see cref="After"/> is the whole resource after it: lists at an exact version read it.</summary>
internal sealed record Change(ChangeKind Kind, StoredObject Object, StoredObject? Previous, ImmutableSortedSet<StoredObject> After)
{
    public long ResourceVersion => Object.ResourceVersion;
}
