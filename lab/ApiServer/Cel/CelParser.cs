using System.Collections.Immutable;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>Recursive descent over CEL's grammar, by falling precedence of operators.</summary>
internal sealed class CelParser
{
    // One entry a level, loosest first; "in" is a relation like the comparisons.
    private static readonly string[][] BinaryLevels = [["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly HashSet<string> Macros = new(["all", "exists", "exists_one", "existsOne", "map", "filter"], StringComparer.Ordinal);

    // Deep enough for any rule written by a person; a guard against rules made to exhaust the stack.
    private const int Deepest = 250;

    private readonly List<CelToken> tokens;
    private int at;
    private int depth;

    private CelParser(List<CelToken> tokens) => this.tokens = tokens;

    private CelToken Now => tokens[at];

    /// <exception cref="CelException">The text is no expression.</exception>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(CelLexer.Read(text));
        var node = parser.Conditional();
        if (parser.Now.Kind != CelTokenKind.End)
            throw new CelException($"Syntax error: extraneous input '{parser.Now.Text}'");
        return node;
    }

    private CelNode Conditional()
    {
        if (++depth > Deepest)
            throw new CelException("expression is nested too deep");
        var test = Or();
        if (Take("?"))
        {
            var then = Or();
            Expect(":");
            test = new CelNode.Conditional(test, then, Conditional());
        }
        depth--;
        return test;
    }

    private CelNode Or()
    {
        var left = And();
        while (Take("||"))
            left = new CelNode.Or(left, And());
        return left;
    }

    private CelNode And()
    {
        var left = Binary(0);
        while (Take("&&"))
            left = new CelNode.And(left, Binary(0));
        return left;
    }

    private CelNode Binary(int level)
    {
        if (level == BinaryLevels.Length)
            return Unary();
        var left = Binary(level + 1);
        while (Now.Kind is CelTokenKind.Symbol or CelTokenKind.Name && BinaryLevels[level].Contains(Now.Text, StringComparer.Ordinal))
        {
            var function = tokens[at++].Text;
            left = new CelNode.Call(null, function, [left, Binary(level + 1)]);
        }
        return left;
    }

    private CelNode Unary()
    {
        if (Take("!"))
            return new CelNode.Call(null, "!", [Unary()]);
        if (Take("-"))
            return new CelNode.Call(null, "negate", [Unary()]);
        return Members(Primary());
    }

    private CelNode Members(CelNode node)
    {
        while (true)
        {
            if (Take(".?"))
                node = new CelNode.Select(node, Identifiers.Unescape(Name()), Optional: true);
            else if (Take("."))
            {
                var name = Name();
                node = !Take("(") ? new CelNode.Select(node, Identifiers.Unescape(name))
                    : Macros.Contains(name) ? Macro(node, name)
                    : new CelNode.Call(node, name, List(")"));
            }
            else if (Take("[?"))
            {
                node = new CelNode.Index(node, Conditional(), Optional: true);
                Expect("]");
            }
            else if (Take("["))
            {
                node = new CelNode.Index(node, Conditional());
                Expect("]");
            }
            else
                return node;
        }
    }

    private CelNode.Macro Macro(CelNode range, string kind)
    {
        var variable = Name();
        Expect(",");
        var first = Conditional();
        CelNode? filter = null;
        if (kind is "map" && Take(","))
        {
            filter = first;
            first = Conditional();
        }
        Expect(")");
        return new CelNode.Macro(kind is "existsOne" ? "exists_one" : kind, range, variable, filter, first);
    }

    private CelNode Primary()
    {
        var token = tokens[at++];
        switch (token.Kind)
        {
            case CelTokenKind.Integer or CelTokenKind.Real or CelTokenKind.Text:
                return new CelNode.Literal(token.Value);
            case CelTokenKind.Name:
                return token.Text switch
                {
                    "true" => new CelNode.Literal(true),
                    "false" => new CelNode.Literal(false),
                    "null" => new CelNode.Literal(null),
                    "has" when Take("(") => Has(),
                    var name when Take("(") => new CelNode.Call(null, name, List(")")),
                    var name => new CelNode.Name(name),
                };
            case CelTokenKind.Symbol when token.Text is "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text is "[":
                return new CelNode.List(List("]"));
            case CelTokenKind.Symbol when token.Text is "{":
                return Map();
            default:
                throw new CelException($"Syntax error: mismatched input '{token.Text}'");
        }
    }

    private CelNode.Has Has()
    {
        var argument = Conditional();
        Expect(")");
        return argument is CelNode.Select { Optional: false } select
            ? new CelNode.Has(select.Target, select.Field)
            : throw new CelException("invalid argument to has() macro");
    }

    private CelNode.Map Map()
    {
        var entries = ImmutableArray.CreateBuilder<(CelNode, CelNode)>();
        while (!Take("}"))
        {
            var key = Conditional();
            Expect(":");
            entries.Add((key, Conditional()));
            if (!Take(","))
            {
                Expect("}");
                break;
            }
        }
        return new CelNode.Map(entries.ToImmutable());
    }

    private ImmutableArray<CelNode> List(string end)
    {
        var items = ImmutableArray.CreateBuilder<CelNode>();
        while (!Take(end))
        {
            items.Add(Conditional());
            if (!Take(","))
            {
                Expect(end);
                break;
            }
        }
        return items.ToImmutable();
    }

    private string Name() => Now.Kind == CelTokenKind.Name ? tokens[at++].Text : throw new CelException($"Syntax error: expected a name, found '{Now.Text}'");

    private bool Take(string symbol)
    {
        if (Now.Kind != CelTokenKind.Symbol || !string.Equals(Now.Text, symbol, StringComparison.Ordinal))
            return false;
        at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw new CelException($"Syntax error: expected '{symbol}', found '{Now.Text}'");
    }
}
