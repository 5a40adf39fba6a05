using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Ownership;

/// <summary>
/// A set of fields, as managedFields writes it (FieldsV1): a tree whose steps are <c>f:name</c>, <c>k:{keys}</c> for an item of a keyed list
/// and <c>v:value</c> for a member of a set. Immutable by habit: operations make new trees.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);

    /// <summary>The field itself belongs to the set, not only fields below it.</summary>
    public bool Self { get; private set; }

    public bool IsEmpty => !Self && children.Count == 0;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => children;

    public static FieldSet Leaf() => new() { Self = true };

    public FieldSet? Child(string step) => children.GetValueOrDefault(step);

    /// <summary>Only while a set is being built.</summary>
    public void Set(string step, FieldSet child)
    {
        if (!child.IsEmpty)
            children[step] = child;
    }

    public FieldSet WithSelf()
    {
        var copy = Copy();
        copy.Self = true;
        return copy;
    }

    public FieldSet Union(FieldSet other) => Combine(other, (a, b) => a || b);

    public FieldSet Except(FieldSet other) => Combine(other, (a, b) => a && !b);

    public FieldSet Intersect(FieldSet other) => Combine(other, (a, b) => a && b);

    public bool Same(FieldSet other) =>
        Self == other.Self && children.Count == other.children.Count && children.All(c => other.Child(c.Key) is { } match && c.Value.Same(match));

    /// <summary>The paths of all fields, as conflicts name them.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Self && prefix.Length > 0)
            yield return prefix;
        foreach (var (step, child) in children)
        {
            foreach (var path in child.Paths(prefix + Show(step)))
                yield return path;
        }
    }

    public static FieldSet Parse(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach (var (step, inner) in fields ?? [])
        {
            if (step is ".")
                set.Self = true;
            else if (inner is JsonObject { Count: > 0 } below)
                set.Set(step, Parse(below));
            else
                set.Set(step, Leaf());
        }
        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Self && children.Count > 0)
            json["."] = new JsonObject();
        foreach (var (step, child) in children)
            json[step] = child.ToJson();
        return json;
    }

    private static string Show(string step) => step[..2] switch
    {
        "f:" => "." + step[2..],
        "k:" => "[" + step[3..^1].Replace("\":", "=", StringComparison.Ordinal).Replace("{\"", "", StringComparison.Ordinal).TrimStart('"') + "]",
        _ => "[=" + step[2..] + "]",
    };

    private FieldSet Combine(FieldSet? other, Func<bool, bool, bool> keep)
    {
        var result = new FieldSet { Self = keep(Self, other?.Self ?? false) };
        foreach (var step in children.Keys.Union(other?.children.Keys.AsEnumerable() ?? [], StringComparer.Ordinal))
            result.Set(step, (Child(step) ?? new FieldSet()).Combine(other?.Child(step), keep));
        return result;
    }

    private FieldSet Copy()
    {
        var copy = new FieldSet { Self = Self };
        foreach (var (step, child) in children)
            copy.children[step] = child;
        return copy;
    }
}
