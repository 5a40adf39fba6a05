using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Ownership;

/// <summary>Keeps managedFields true: who wrote which field last.</summary>
internal static class OwnedFields
{
    /// <summary>Notes what this write changed; a server-side apply has settled its own ownership before.</summary>
    public static void Track(ResourceType type, JsonObject? current, JsonObject next, WriteOptions options, DateTimeOffset now)
    {
        if (options.Applied is { } applied)
        {
            Settle(type, current, next, applied, options, now);
            return;
        }

        // An update that sends managedFields speaks of them (an empty list forgets them all); one that leaves them out does not.
        if (!next.Meta().ContainsKey("managedFields") && current is not null)
            next.Meta().Mirror(current.Meta(), "managedFields");
        var managers = Manager.Read(next);
        var changed = FieldSets.Changed(type.Schema, current, next);
        var have = FieldSets.Of(type.Schema, next);
        var mine = managers.FirstOrDefault(m => m.Is(options.Manager, Manager.Update, options.Subresource));
        var others = managers.Where(m => m != mine).Select(m => m with { Fields = m.Fields.Except(changed).Intersect(have.Union(Ancestors(m.Fields, have))) });
        var own = changed.Union(mine?.Fields.Intersect(have) ?? new FieldSet());
        var time = changed.IsEmpty && mine is not null && own.Same(mine.Fields) ? mine.Time : NewObject.Timestamp(now);
        Manager.Write(next, others.Append(new Manager(options.Manager, Manager.Update, options.Subresource, type.ApiVersion, time, own)));
    }

    /// <summary>Whether a write would change nothing but the times in managedFields.</summary>
    public static bool SameButForTimes(JsonObject current, JsonObject next) =>
        JsonTrees.Same(Timeless(current), Timeless(next));

    private static JsonObject Timeless(JsonObject node)
    {
        var copy = (JsonObject)node.DeepClone();
        foreach (var entry in (copy.Meta().Array("managedFields") ?? []).OfType<JsonObject>())
            entry.Remove("time");
        return copy;
    }

    /// <summary>Entries for containers (<c>.</c>) live as long as anything is below them.</summary>
    private static FieldSet Ancestors(FieldSet fields, FieldSet have)
    {
        var result = new FieldSet();
        foreach (var (step, child) in fields.Children)
        {
            if (have.Child(step) is { } below)
                result.Set(step, child.Self && !child.Children.Any() ? Here(below) : Inner(child, below));
        }
        return result;
    }

    private static FieldSet Inner(FieldSet fields, FieldSet have) => fields.Self ? Ancestors(fields, have).WithSelf() : Ancestors(fields, have);

    private static FieldSet Here(FieldSet have) => have.IsEmpty ? new FieldSet() : FieldSet.Leaf();

    private static void Settle(ResourceType type, JsonObject? current, JsonObject next, FieldSet applied, WriteOptions options, DateTimeOffset now)
    {
        var managers = current is null ? [] : Manager.Read(current);
        var mine = managers.FirstOrDefault(m => m.Is(options.Manager, Manager.Apply, options.Subresource));
        var changed = FieldSets.Changed(type.Schema, current, next);
        var have = FieldSets.Of(type.Schema, next);
        var others = managers.Where(m => m != mine).Select(m => m with { Fields = m.Fields.Except(changed).Intersect(have.Union(Ancestors(m.Fields, have))) });
        var time = changed.IsEmpty && mine is not null && applied.Same(mine.Fields) ? mine.Time : NewObject.Timestamp(now);
        Manager.Write(next, others.Append(new Manager(options.Manager, Manager.Apply, options.Subresource, type.ApiVersion, time, applied)));
    }
}
