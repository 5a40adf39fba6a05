namespace Overlay.Lab.ApiServer.Resources;

/// <summary>One column of a kind's table; the path is a JSONPath as CRDs write it (<c>.spec.cidr</c>).</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="JsonPath">Where the value is found.</param>
/// <param name="Priority">0 is always shown, above that only in the wide view.</param>
internal sealed record PrinterColumn(string Name, string Type, string JsonPath, int Priority = 0, string Description = "", string Format = "");
