namespace Overlay.Api.Schema;

/// <summary>A column of <c>kubectl get</c>. The name and, where the server knows one, the age come by themselves.</summary>
/// <param name="name">The column's heading.</param>
/// <param name="jsonPath">Where the value is; only the first match is printed.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath) : Attribute
{
    /// <summary>The column's heading.</summary>
    public string Name { get; } = name;

    /// <summary>Where the value is.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary><c>string</c>, <c>integer</c>, <c>boolean</c> or <c>date</c>.</summary>
    public string Type { get; init; } = "string";

    /// <summary>Whether the column is shown by <c>-o wide</c> only.</summary>
    public bool Wide { get; init; }
}
