using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>A field that field selectors may name, and where its value is found (dotted, without a leading dot).</summary>
internal sealed record SelectableField(string Name, string Path, string Default = "")
{
    public SelectableField(string path) : this(path, path) { }

    /// <summary>The value as selectors compare it: text, or the default when the field is absent.</summary>
    public string ValueIn(JsonObject node) => node.Find(Path)?.AsText() is { Length: > 0 } text ? text : Default;
}
