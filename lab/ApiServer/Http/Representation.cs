using Microsoft.AspNetCore.Http;

namespace Overlay.Lab.ApiServer.Http;

internal enum View
{
    Object,
    Table,
    PartialMetadata,
    Discovery,
}

/// <summary>What form of answer the client asked for in its Accept header; the first that can be served wins.</summary>
internal sealed record Representation(View View, string Version)
{
    private static readonly Representation Plain = new(View.Object, "v1");

    /// <exception cref="ApiException">406 when nothing that the client accepts can be served.</exception>
    public static Representation Of(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return Plain;
        foreach (var choice in accept.Split(','))
        {
            var parts = choice.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*" or "application/*"))
                continue;
            if (Parse(parts[1..]) is { } representation)
                return representation;
        }
        throw ApiException.NotAcceptable("application/json");
    }

    private static Representation? Parse(string[] parameters)
    {
        string Value(string name) => Array.Find(parameters, p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
        var version = Value("v");
        return Value("as") switch
        {
            "" => Plain,
            "Table" when version is "v1" or "v1beta1" => new Representation(View.Table, version),
            "PartialObjectMetadata" or "PartialObjectMetadataList" when version is "v1" or "v1beta1" => new Representation(View.PartialMetadata, version),
            "APIGroupDiscoveryList" when version is "v2" or "v2beta1" => new Representation(View.Discovery, version),
            _ => null,
        };
    }
}
