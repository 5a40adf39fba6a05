using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>Computes expressions. Errors are exceptions; the logical operators swallow one side's error when the other side decides, as CEL has it.</summary>
internal static class CelEvaluator
{
    // The real server counts a rule's cost; here one evaluation may visit this many nodes.
    private const int Budget = 1_000_000;

    /// <exception cref="CelException">The expression has no value for these variables.</exception>
    public static object? Evaluate(CelNode node, ImmutableDictionary<string, object?> variables)
    {
        var left = Budget;
        return Run(node, variables, ref left);
    }

    private static object? Run(CelNode node, ImmutableDictionary<string, object?> variables, ref int budget)
    {
        if (--budget < 0)
            throw new CelException("operation cancelled: actual cost limit exceeded");
        switch (node)
        {
            case CelNode.Literal literal:
                return literal.Value;
            case CelNode.Name name:
                return variables.TryGetValue(name.Id, out var value) ? value : CelType.Named(name.Id) ?? throw new CelException($"no such attribute: {name.Id}");
            case CelNode.Select select:
                return Select(Run(select.Target, variables, ref budget), select.Field, select.Optional);
            case CelNode.Has has:
                return Member(Run(has.Target, variables, ref budget), has.Field).HasValue;
            case CelNode.Index index:
                return At(Run(index.Target, variables, ref budget), Run(index.Key, variables, ref budget), index.Optional);
            case CelNode.Conditional conditional:
                return Flag(Run(conditional.If, variables, ref budget))
                    ? Run(conditional.Then, variables, ref budget)
                    : Run(conditional.Else, variables, ref budget);
            case CelNode.And and:
                return !Short(and.Left, and.Right, false, variables, ref budget);
            case CelNode.Or or:
                return Short(or.Left, or.Right, true, variables, ref budget);
            case CelNode.Call call:
                return CelFunctions.Call(call.Function, call.Target is not null, Arguments(call, variables, ref budget));
            case CelNode.List list:
                var items = new List<object?>();
                foreach (var item in list.Items)
                    items.Add(Run(item, variables, ref budget));
                return items;
            case CelNode.Map map:
                var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var (key, entry) in map.Entries)
                    entries[CelValues.Show(Run(key, variables, ref budget))] = Run(entry, variables, ref budget);
                return entries;
            case CelNode.Macro macro:
                return Macro(macro, variables, ref budget);
            default:
                throw new CelException($"cannot compute {node.GetType().Name}");
        }
    }

    /// <summary>Whether one side is <paramref name="decisive"/>; an error counts only when neither is.</summary>
    private static bool Short(CelNode left, CelNode right, bool decisive, ImmutableDictionary<string, object?> variables, ref int budget)
    {
        CelException? problem = null;
        foreach (var side in (CelNode[])[left, right])
        {
            try
            {
                if (Flag(Run(side, variables, ref budget)) == decisive)
                    return true;
            }
            catch (CelException e) when (budget >= 0)
            {
                problem = e;
            }
        }
        return problem is null ? false : throw problem;
    }

    private static object?[] Arguments(CelNode.Call call, ImmutableDictionary<string, object?> variables, ref int budget)
    {
        var arguments = new List<object?>();
        if (call.Target is not null)
            arguments.Add(Run(call.Target, variables, ref budget));
        foreach (var argument in call.Arguments)
            arguments.Add(Run(argument, variables, ref budget));
        return [.. arguments];
    }

    private static object? Macro(CelNode.Macro macro, ImmutableDictionary<string, object?> variables, ref int budget)
    {
        var range = Run(macro.Range, variables, ref budget) switch
        {
            List<object?> list => list,
            Dictionary<string, object?> map => [.. map.Keys],
            _ => throw new CelException($"no such overload: {macro.Kind}"),
        };
        var (trues, problem) = (0, (CelException?)null);
        var results = new List<object?>();
        foreach (var item in range)
        {
            var scope = variables.SetItem(macro.Variable, item);
            if (macro.Kind is "map")
            {
                if (macro.Filter is null || Flag(Run(macro.Filter, scope, ref budget)))
                    results.Add(Run(macro.Body, scope, ref budget));
                continue;
            }
            bool holds;
            try
            {
                holds = Flag(Run(macro.Body, scope, ref budget));
            }
            catch (CelException e) when (macro.Kind is "all" or "exists" && budget >= 0)
            {
                problem = e;
                continue;
            }
            if (holds)
            {
                trues++;
                results.Add(item);
            }
            if (macro.Kind is "all" && !holds)
                return false;
            if (macro.Kind is "exists" && holds)
                return true;
        }
        if (problem is not null)
            throw problem;
        return macro.Kind switch
        {
            "all" => true,
            "exists" => false,
            "exists_one" => trues == 1,
            _ => results,
        };
    }

    private static object? Select(object? target, string field, bool optional)
    {
        var member = Member(target, field);
        if (optional || target is CelOptional)
            return member;
        return member.HasValue ? member.Value : throw new CelException($"no such key: {field}");
    }

    private static CelOptional Member(object? target, string field) => target switch
    {
        Dictionary<string, object?> map => map.TryGetValue(field, out var value) ? new CelOptional(value, true) : CelOptional.None,
        CelOptional { HasValue: true } optional => Member(optional.Value, field),
        CelOptional => CelOptional.None,
        _ => throw new CelException($"no such overload: {field}"),
    };

    /// <summary>What is optional stays so: <c>a[?k][0]</c> has no value where there is no k, or nothing in it.</summary>
    private static object? At(object? target, object? key, bool optional)
    {
        if (!optional && target is not CelOptional)
            return At(target, key);
        if (target is CelOptional { HasValue: false })
            return CelOptional.None;
        var inner = target is CelOptional some ? some.Value : target;
        var isThere = (inner, key) switch
        {
            (List<object?> list, long index) => index >= 0 && index < list.Count,
            (Dictionary<string, object?> map, string name) => map.ContainsKey(name),
            _ => throw new CelException("no such overload: _[?_]"),
        };
        return isThere ? new CelOptional(At(inner, key), true) : CelOptional.None;
    }

    private static object? At(object? target, object? key) => (target, key) switch
    {
        (List<object?> list, long index) => index >= 0 && index < list.Count ? list[(int)index] : throw new CelException($"index out of bounds: {index}"),
        (Dictionary<string, object?> map, string name) => map.TryGetValue(name, out var value) ? value : throw new CelException($"no such key: {name}"),
        _ => throw new CelException("no such overload: _[_]"),
    };

    private static bool Flag(object? value) => value is bool flag ? flag : throw new CelException("no such overload: not a bool");
}
