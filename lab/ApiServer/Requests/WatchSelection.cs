using Overlay.Lab.ApiServer.Selectors;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>Turns the store's changes into what a watcher with selectors shall see: entering the selection is ADDED, leaving it DELETED.</summary>
internal sealed class WatchSelection(string ns, LabelQuery labels, FieldSelector fields)
{
    public bool Matches(StoredObject item) =>
        (ns.Length == 0 || string.Equals(item.Key.Namespace, ns, StringComparison.Ordinal)) && labels.Matches(item.Labels) && fields.Matches(item);

    public (string Kind, StoredObject Shown)? Judge(Change change)
    {
        var was = change.Previous is not null && Matches(change.Previous);
        var isNow = change.Kind != ChangeKind.Deleted && Matches(change.Object);
        return (was, isNow) switch
        {
            (false, true) => ("ADDED", change.Object),
            (true, true) => ("MODIFIED", change.Object),
            (true, false) => ("DELETED", change.Kind == ChangeKind.Deleted ? change.Object : change.Previous!),
            _ => null,
        };
    }
}
