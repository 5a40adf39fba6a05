using System.Text;
using System.Xml;
using k8s.Models;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>The descriptions of built-in kinds and fields, from the documentation file that comes with KubernetesClient's models.</summary>
internal static class ModelDescriptions
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> All = new(Load);

    /// <summary>The description under a documentation key (<c>P:k8s.Models.V1Pod.Spec</c>); null when there is none or no file.</summary>
    public static string? Find(string? key) => key is null ? null : All.Value.GetValueOrDefault(key);

    private static Dictionary<string, string> Load()
    {
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(Path.GetFileName(typeof(V1Pod).Assembly.Location), ".xml"));
        if (!File.Exists(path))
            return descriptions;
        using var reader = XmlReader.Create(path, new XmlReaderSettings { IgnoreWhitespace = true });
        while (reader.ReadToFollowing("member"))
        {
            // The file describes every group's every version; only version 1 is served here.
            var name = reader.GetAttribute("name");
            if (name is null || !(name.StartsWith("P:k8s.Models.V1", StringComparison.Ordinal) || name.StartsWith("T:k8s.Models.V1", StringComparison.Ordinal) || name.Contains("Corev1", StringComparison.Ordinal)))
                continue;
            using var member = reader.ReadSubtree();
            if (member.ReadToFollowing("summary"))
                descriptions[name] = OneLine(member.ReadInnerXml());
        }
        return descriptions;
    }

    private static string OneLine(string xml)
    {
        var text = new StringBuilder(xml.Length);
        foreach (var word in System.Net.WebUtility.HtmlDecode(xml).Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
            text.Append(text.Length == 0 ? "" : " ").Append(word);
        return text.ToString();
    }
}
