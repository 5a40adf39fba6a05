using System.Text;
using YamlDotNet.RepresentationModel;

namespace Overlay.Kube.Connection;

/// <summary>A mapping inside a kubeconfig, which knows its file and its name for error messages.</summary>
internal sealed record KubeconfigPart(string File, string What, YamlMappingNode Mapping)
{
    public bool Has(string key) => Mapping.Children.ContainsKey(new YamlScalarNode(key));

    public string? Text(string key) =>
        Mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlScalarNode scalar ? scalar.Value : null;

    public KubeconfigPart? Child(string key, string what) =>
        Mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlMappingNode child ? new KubeconfigPart(File, what, child) : null;

    public IEnumerable<KubeconfigPart> Items(string key) =>
        Mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlSequenceNode items
            ? items.Children.OfType<YamlMappingNode>().Select(item => new KubeconfigPart(File, key, item))
            : [];

    /// <summary>A path in the file, relative to the file's own folder.</summary>
    public string? FilePath(string key) =>
        Text(key) is { Length: > 0 } path ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(File))!, path) : null;

    /// <summary>PEM text: inline in base64 as <c>KEY-data</c>, which wins, or in the file that <c>KEY</c> names.</summary>
    public string? Pem(string key)
    {
        try
        {
            if (Text($"{key}-data") is { Length: > 0 } data)
                return Encoding.ASCII.GetString(Convert.FromBase64String(data));
            return FilePath(key) is { } path ? System.IO.File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Wrong(key, Text(key) ?? "", e.Message);
        }
    }

    public ConnectionSettingsException Lacks(string key) => new($"{File}: {What} has no {key}.");

    public ConnectionSettingsException Wrong(string key, string value, string why) =>
        new($"{File}: {What}: {key}{(value.Length > 0 ? $" \"{value}\"" : "")} can not be used: {why}.");
}
