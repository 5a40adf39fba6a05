using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>Finds, before a rule is ever computed, the names and functions that nobody has.</summary>
internal static class CelChecker
{
    /// <exception cref="CelException">A name is not declared, or a function does not exist.</exception>
    public static void Check(CelNode node, ImmutableHashSet<string> scope)
    {
        switch (node)
        {
            case CelNode.Name name when !scope.Contains(name.Id) && CelType.Named(name.Id) is null:
                throw new CelException($"undeclared reference to '{name.Id}' (in container '')");
            case CelNode.Call call when !CelFunctions.Exists(call.Function, call.Target is not null, call.Arguments.Length):
                throw new CelException($"undeclared reference to '{call.Function}' (in container '')");
            case CelNode.Macro macro:
                Check(macro.Range, scope);
                var inner = scope.Add(macro.Variable);
                if (macro.Filter is not null)
                    Check(macro.Filter, inner);
                Check(macro.Body, inner);
                return;
        }
        foreach (var child in Children(node))
            Check(child, scope);
    }

    public static void Check(CelNode node, IEnumerable<string> scope) => Check(node, scope.ToImmutableHashSet(StringComparer.Ordinal));

    /// <summary>All names that the expression uses.</summary>
    public static IEnumerable<string> Names(CelNode node) =>
        (node is CelNode.Name name ? [name.Id] : Enumerable.Empty<string>()).Concat(Children(node).SelectMany(Names));

    private static IEnumerable<CelNode> Children(CelNode node) => node switch
    {
        CelNode.Select s => [s.Target],
        CelNode.Has h => [h.Target],
        CelNode.Index i => [i.Target, i.Key],
        CelNode.Call { Target: { } target } c => c.Arguments.Prepend(target),
        CelNode.Call c => c.Arguments,
        CelNode.And a => [a.Left, a.Right],
        CelNode.Or o => [o.Left, o.Right],
        CelNode.Conditional c => [c.If, c.Then, c.Else],
        CelNode.List l => l.Items,
        CelNode.Map m => m.Entries.SelectMany(e => new[] { e.Key, e.Value }),
        CelNode.Macro { Filter: { } filter } m => [m.Range, filter, m.Body],
        CelNode.Macro m => [m.Range, m.Body],
        _ => [],
    };
}
