using System.Text.Json.Nodes;

namespace Overlay.Chart.Tests.Rights;

/// <summary>A request that was made of the API server.</summary>
/// <param name="Program">Who made it, as <c>overlay-agent</c>.</param>
/// <param name="Verb">As <c>list</c>.</param>
/// <param name="Group">The API group.</param>
/// <param name="Resource">With its subresource, as <c>subnets/status</c>.</param>
/// <param name="Namespace">Empty: all, or none.</param>
/// <param name="Name">Empty: a collection's.</param>
internal sealed record Request(string Program, string Verb, string Group, string Resource, string Namespace, string Name)
{
    /// <summary>What a role speaks of, as <c>list subnets.overlay-cni.io</c>.</summary>
    public string Right => Of(Verb, Group, Resource);

    /// <summary>How a right is written.</summary>
    public static string Of(string verb, string group, string resource) => group.Length == 0 ? $"{verb} {resource}" : $"{verb} {resource}.{group}";

    /// <summary>Reads a line of the lab's file.</summary>
    public static Request Parse(string line)
    {
        var json = JsonNode.Parse(line)!;
        return new Request(
            ((string)json["userAgent"]!).Split('/')[0], (string)json["verb"]!, (string)json["apiGroup"]!, (string)json["resource"]!, (string)json["namespace"]!, (string)json["name"]!);
    }
}
