using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Resources;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>fieldValidation: fields that the schema does not know, or that come twice, are refused (Strict), warned of (Warn) or dropped silently.</summary>
internal static class FieldValidations
{
    public static void ReportDuplicates(ResourceType type, ParsedBody body, WriteOptions options) =>
        Report(type, [.. body.Duplicates.Select(d => $"duplicate field \"{d}\"")], options);

    public static void Report(ResourceType type, IReadOnlyList<string> problems, WriteOptions options)
    {
        if (problems.Count == 0 || options.FieldValidation == FieldValidation.Ignore)
            return;
        if (options.FieldValidation == FieldValidation.Strict)
            throw ApiException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {string.Join(", ", problems)}");
        options.Warnings.AddRange(problems);
    }
}
