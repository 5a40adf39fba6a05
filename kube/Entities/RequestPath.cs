using System.Globalization;
using System.Text;
using Overlay.Api.Objects;

namespace Overlay.Kube.Entities;

/// <summary>Builds the paths of requests, relative to the server's address.</summary>
internal sealed class RequestPath
{
    private readonly StringBuilder _text;
    private char _separator = '?';

    private RequestPath(string path) => _text = new StringBuilder(path);

    public static RequestPath Collection(EntityKind kind, EntitySelection selection) =>
        new RequestPath(kind.CollectionPath(selection.Namespace is { } ns ? Uri.EscapeDataString(ns) : null))
            .With("labelSelector", selection.LabelSelector)
            .With("fieldSelector", selection.FieldSelector);

    public static RequestPath Object(EntityKind kind, ObjectKey key, string? subresource = null) =>
        new(kind.ObjectPath(new ObjectKey(key.Namespace is { } ns ? Uri.EscapeDataString(ns) : null, Uri.EscapeDataString(key.Name)))
            + (subresource is null ? "" : $"/{subresource}"));

    public RequestPath With(string name, string? value)
    {
        if (value is null)
            return this;
        _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    public RequestPath With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public Uri ToUri() => new(_text.ToString(), UriKind.Relative);
}
