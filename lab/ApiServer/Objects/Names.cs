using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Objects;

/// <summary>What names, labels and annotations may look like (RFC 1123 and Kubernetes' own rules).</summary>
internal static partial class Names
{
    private const string LabelRule =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string KeyRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string ValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static IEnumerable<FieldError> Check(ResourceType type, JsonObject node)
    {
        var meta = node.Meta();
        return CheckName(type, meta.Text("name")).Concat(CheckLabels(meta)).Concat(CheckAnnotations(meta));
    }

    private static IEnumerable<FieldError> CheckName(ResourceType type, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
            yield break;
        }
        if (type.Group is "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.AsSpan().ContainsAny('/', '%'))
                yield return FieldError.Invalid("metadata.name", name, "may not contain '/' or '%'");
            yield break;
        }
        var isLabel = type is { Group: "", Plural: "namespaces" or "services" };
        var longest = isLabel ? 63 : 253;
        if (name.Length > longest)
            yield return FieldError.Invalid("metadata.name", name, $"must be no more than {longest} characters");
        if (!(isLabel ? Label() : Subdomain()).IsMatch(name))
            yield return FieldError.Invalid("metadata.name", name, isLabel ? LabelRule : SubdomainRule);
    }

    private static IEnumerable<FieldError> CheckLabels(JsonObject meta)
    {
        foreach (var (key, value) in meta.Object("labels") ?? [])
        {
            foreach (var error in CheckKey("metadata.labels", key))
                yield return error;
            var text = value?.AsText() ?? "";
            if (text.Length > 63)
                yield return FieldError.Invalid("metadata.labels", text, "must be no more than 63 characters");
            else if (!LabelValue().IsMatch(text))
                yield return FieldError.Invalid("metadata.labels", text, ValueRule);
        }
    }

    private static IEnumerable<FieldError> CheckAnnotations(JsonObject meta) =>
        (meta.Object("annotations") ?? []).SelectMany(a => CheckKey("metadata.annotations", a.Key));

    private static IEnumerable<FieldError> CheckKey(string path, string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? key : key[(slash + 1)..];
        if (slash >= 0 && (slash > 253 || !Subdomain().IsMatch(key[..slash])))
            yield return FieldError.Invalid(path, key, "prefix part " + SubdomainRule);
        if (name.Length is 0 or > 63)
            yield return FieldError.Invalid(path, key, name.Length == 0 ? "name part must be non-empty" : "name part must be no more than 63 characters");
        else if (!LabelKeyName().IsMatch(name))
            yield return FieldError.Invalid(path, key, KeyRule);
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelKeyName();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValue();
}
