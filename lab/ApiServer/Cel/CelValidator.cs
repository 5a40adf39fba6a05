using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>Runs the rules of a schema wherever they stand in it, each with the value there and, where one can be told, the value before.</summary>
internal static class CelValidator
{
    public static IReadOnlyList<FieldError> Validate(Schema schema, JsonNode node, JsonNode? old)
    {
        var errors = new List<FieldError>();
        Walk(schema, node, old, "", errors);
        return errors;
    }

    private static void Walk(Schema schema, JsonNode? node, JsonNode? old, string path, List<FieldError> errors)
    {
        if (node is null)
            return;
        if (!schema.Rules.IsEmpty)
            Run(schema, node, old, path, errors);
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                if (schema.Member(name) is { } member)
                    Walk(member, value, (old as JsonObject)?[name], path.Length == 0 ? name : $"{path}.{name}", errors);
            }
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Walk(items, list[i], Before(schema, list[i], old as JsonArray), $"{path}[{i}]", errors);
        }
    }

    /// <summary>The earlier item of a keyed list; items of other lists cannot be told apart.</summary>
    private static JsonNode? Before(Schema list, JsonNode? item, JsonArray? old)
    {
        if (old is null || list.ListType is not "map")
            return null;
        var index = ListKeys.Find(list, old, ListKeys.Of(list, item));
        return index < 0 ? null : old[index];
    }

    private static void Run(Schema schema, JsonNode node, JsonNode? old, string path, List<FieldError> errors)
    {
        var variables = ImmutableDictionary<string, object?>.Empty.Add("self", CelValues.From(node));
        foreach (var rule in schema.Rules)
        {
            if (rule.IsTransition && old is null && !rule.OptionalOldSelf)
                continue;
            var before = CelValues.From(old);
            var scope = !rule.IsTransition ? variables
                : variables.Add("oldSelf", rule.OptionalOldSelf ? (old is null ? CelOptional.None : new CelOptional(before, true)) : before);
            var at = path + rule.FieldPath;
            if (at.StartsWith('.'))
                at = at[1..];

            // What the real server calls the whole object.
            if (at.Length == 0)
                at = "<nil>";
            try
            {
                if (CelEvaluator.Evaluate(rule.Expression, scope) is not true)
                    errors.Add(Failure(rule, at, schema, node, scope));
            }
            catch (CelException e)
            {
                errors.Add(FieldError.Invalid(at, node, $"rule evaluation error: {e.Message} evaluating rule: {rule.Message ?? rule.Text}"));
            }
        }
    }

    private static FieldError Failure(CelRule rule, string path, Schema schema, JsonNode node, ImmutableDictionary<string, object?> scope)
    {
        var message = Message(rule, scope);
        return rule.Reason switch
        {
            "FieldValueRequired" => FieldError.Required(path, message),
            "FieldValueForbidden" => FieldError.Forbidden(path, message),
            "FieldValueDuplicate" => FieldError.Duplicate(path, node),
            _ => schema.Type is "object" or "array" ? new FieldError(path, rule.Reason, $"Invalid value: \"{schema.Type}\": {message}") : FieldError.Invalid(path, node, message),
        };
    }

    private static string Message(CelRule rule, ImmutableDictionary<string, object?> scope)
    {
        try
        {
            if (rule.MessageExpression is { } expression && CelEvaluator.Evaluate(expression, scope) is string { Length: > 0 } text)
                return text;
        }
        catch (CelException)
        {
            // As on the real server a broken messageExpression falls back to the fixed message.
        }
        return rule.Message ?? $"failed rule: {rule.Text}";
    }
}
