using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Policies;

/// <summary>A ValidatingAdmissionPolicy, read and judged by. Pure.</summary>
internal sealed class AdmissionPolicy
{
    private static readonly string[] Given = ["object", "oldObject", "request", "variables"];
    private static readonly string[] Understood = ["failurePolicy", "matchConstraints", "matchConditions", "variables", "validations"];

    private readonly IReadOnlyList<JsonObject> rules;
    private readonly IReadOnlyList<CelNode> conditions;
    private readonly IReadOnlyList<(string Name, CelNode Expression)> variables;
    private readonly IReadOnlyList<(CelNode Expression, string Message, CelNode? Words)> validations;
    private readonly bool forgiving;

    private AdmissionPolicy(JsonObject spec)
    {
        if (spec.Select(part => part.Key).Except(Understood, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new CelException($"spec.{unknown} is not known to the lab's API server");
        rules = Items(spec.Find("matchConstraints") as JsonObject, "resourceRules");
        conditions = [.. Items(spec, "matchConditions").Select(item => Read(item, "expression"))];
        variables = [.. Items(spec, "variables").Select(item => (item.Text("name")!, Read(item, "expression")))];
        validations =
        [
            .. Items(spec, "validations").Select(item => (
                Read(item, "expression"),
                item.Text("message") ?? $"failed expression: {item.Text("expression")}",
                item.Text("messageExpression") is null ? null : Read(item, "messageExpression"))),
        ];
        forgiving = spec.Text("failurePolicy") is "Ignore";
    }

    /// <exception cref="CelException">Something in it can not be read: better refused than ignored.</exception>
    public static AdmissionPolicy Of(JsonObject spec) => new(spec);

    /// <summary>Whether it looks at such requests.</summary>
    public bool Matches(ResourceType type, string operation, string subresource)
    {
        var resource = subresource.Length == 0 ? type.Plural : $"{type.Plural}/{subresource}";
        return rules.Any(rule => Has(rule, "apiGroups", type.Group) && Has(rule, "apiVersions", type.Version) && Has(rule, "operations", operation) && Has(rule, "resources", resource));
    }

    /// <summary>Why the request is refused; null: it is not.</summary>
    /// <param name="request">The AdmissionRequest.</param>
    /// <param name="next">The object to be.</param>
    /// <param name="current">The object that is; null when there is none.</param>
    public string? Judge(JsonObject request, JsonObject next, JsonObject? current)
    {
        try
        {
            var scope = ImmutableDictionary<string, object?>.Empty
                .Add("request", CelValues.From(request)).Add("object", CelValues.From(next)).Add("oldObject", CelValues.From(current));
            if (!conditions.All(condition => CelEvaluator.Evaluate(condition, scope) is true))
                return null;
            var computed = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, expression) in variables)
                computed[name] = CelEvaluator.Evaluate(expression, scope.SetItem("variables", computed));
            scope = scope.SetItem("variables", computed);
            foreach (var (expression, message, words) in validations)
            {
                if (CelEvaluator.Evaluate(expression, scope) is not true)
                    return words is not null && CelEvaluator.Evaluate(words, scope) is string { Length: > 0 } said ? said : message;
            }

            return null;
        }
        catch (CelException e)
        {
            return forgiving ? null : e.Message;
        }
    }

    private static bool Has(JsonObject rule, string list, string wanted) => (rule.Array(list) ?? []).Select(item => item!.AsText()).Any(text => text == "*" || text == wanted);

    private static CelNode Read(JsonObject item, string property)
    {
        var node = CelParser.Parse(item.Text(property) ?? "");
        CelChecker.Check(node, Given);
        return node;
    }

    private static IReadOnlyList<JsonObject> Items(JsonObject? node, string list) => [.. (node?.Array(list) ?? []).OfType<JsonObject>()];
}
