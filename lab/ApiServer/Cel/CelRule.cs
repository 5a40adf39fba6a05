using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>One x-kubernetes-validations entry, parsed.</summary>
internal sealed record CelRule
{
    public required string Text { get; init; }
    public required CelNode Expression { get; init; }
    public string? Message { get; init; }
    public CelNode? MessageExpression { get; init; }
    public string Reason { get; init; } = "FieldValueInvalid";
    public string? FieldPath { get; init; }
    public bool OptionalOldSelf { get; init; }

    /// <summary>A rule that names oldSelf speaks of changes: it is skipped where there is no earlier value.</summary>
    public bool IsTransition { get; init; }

    /// <exception cref="CelException">It cannot be parsed: better refused than skipped.</exception>
    public static CelRule Read(JsonObject node, string path)
    {
        var text = node.Text("rule") ?? "";
        try
        {
            var expression = CelParser.Parse(text);
            CelChecker.Check(expression, ["self", "oldSelf"]);
            var message = node.Text("messageExpression") is { Length: > 0 } messageText ? CelParser.Parse(messageText) : null;
            if (message is not null)
                CelChecker.Check(message, ["self", "oldSelf"]);
            return new CelRule
            {
                Text = text,
                Expression = expression,
                Message = node.Text("message"),
                MessageExpression = message,
                Reason = node.Text("reason") ?? "FieldValueInvalid",
                FieldPath = node.Text("fieldPath"),
                OptionalOldSelf = node["optionalOldSelf"]?.AsText() is "true",
                IsTransition = CelChecker.Names(expression).Contains("oldSelf", StringComparer.Ordinal),
            };
        }
        catch (CelException e)
        {
            throw new CelException(e.Message) { Path = path + ".x-kubernetes-validations", Rule = text };
        }
    }
}
