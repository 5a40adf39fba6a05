using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Overlay.CrdsGenerator;

/// <summary>The compiler's XML documentation of an assembly, as plain sentences for <c>kubectl explain</c>.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocumentation(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads the XML file beside the assembly.</summary>
    public static XmlDocumentation Of(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return new XmlDocumentation(XDocument.Load(path).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal));
    }

    /// <summary>The summary of a type; null when it has none of its own.</summary>
    public string? Of(Type type) => Text($"T:{type.FullName}");

    /// <summary>The summary of a property; null when it has none of its own.</summary>
    public string? Of(MemberInfo property) => Text($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The summary of an enum's value.</summary>
    public string? OfValue(Type type, string name) => Text($"F:{type.FullName}.{name}");

    private string? Text(string member)
    {
        if (!_members.TryGetValue(member, out var element) || element.Element("summary") is not { } summary)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } cref && !see.Nodes().Any() => NameOf(cref.Value),
                XElement words => words.Value,
                _ => "",
            });
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static string NameOf(string cref) => JsonNamingPolicy.CamelCase.ConvertName(cref[(cref.LastIndexOf('.') + 1)..]);

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spaces();
}
