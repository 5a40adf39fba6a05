using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>The syntax tree of the Common Expression Language.</summary>
internal abstract record CelNode
{
    internal sealed record Literal(object? Value) : CelNode;

    internal sealed record Name(string Id) : CelNode;

    /// <summary><c>target.field</c>; optional is <c>target.?field</c>.</summary>
    internal sealed record Select(CelNode Target, string Field, bool Optional = false) : CelNode;

    /// <summary><c>has(target.field)</c>.</summary>
    internal sealed record Has(CelNode Target, string Field) : CelNode;

    /// <summary><c>target[key]</c>; optional is <c>target[?key]</c>.</summary>
    internal sealed record Index(CelNode Target, CelNode Key, bool Optional = false) : CelNode;

    /// <summary>A function or a method; operators are calls named by their symbol.</summary>
    internal sealed record Call(CelNode? Target, string Function, ImmutableArray<CelNode> Arguments) : CelNode;

    internal sealed record And(CelNode Left, CelNode Right) : CelNode;

    internal sealed record Or(CelNode Left, CelNode Right) : CelNode;

    internal sealed record Conditional(CelNode If, CelNode Then, CelNode Else) : CelNode;

    internal sealed record List(ImmutableArray<CelNode> Items) : CelNode;

    internal sealed record Map(ImmutableArray<(CelNode Key, CelNode Value)> Entries) : CelNode;

    /// <summary><c>range.all(x, body)</c> and its kin; map has an optional filter before its body.</summary>
    internal sealed record Macro(string Kind, CelNode Range, string Variable, CelNode? Filter, CelNode Body) : CelNode;
}
