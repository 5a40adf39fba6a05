using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.OpenApi;

/// <summary>
/// An OpenAPI 2 document as the protobuf message that kubectl up to 1.2x insists on (openapi.v2.Document of google/gnostic's OpenAPIv2.proto).
/// Field numbers are that file's; only fields that our documents use are written.
/// </summary>
internal static class GnosticWriter
{
    public static byte[] Write(JsonObject document) => Message(output =>
    {
        Text(output, 1, document.Text("swagger"));
        Part(output, 2, info =>
        {
            Text(info, 1, document.Object("info")?.Text("title"));
            Text(info, 2, document.Object("info")?.Text("version"));
        });
        Part(output, 8, paths =>
        {
            foreach (var (path, item) in document.Object("paths") ?? [])
                Named(paths, 2, path, value => PathItem(value, (JsonObject)item!));
        });
        Part(output, 9, definitions =>
        {
            foreach (var (name, schema) in document.Object("definitions") ?? [])
                Named(definitions, 1, name, value => Schema(value, (JsonObject)schema!));
        });
    });

    private static void PathItem(CodedOutputStream output, JsonObject item)
    {
        foreach (var (verb, number) in new[] { ("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8) })
        {
            if (item.Object(verb) is { } operation)
                Part(output, number, o => Operation(o, operation));
        }
    }

    private static void Operation(CodedOutputStream output, JsonObject operation)
    {
        Text(output, 5, operation.Text("operationId"));
        foreach (var parameter in (operation.Array("parameters") ?? []).OfType<JsonObject>())
        {
            // ParametersItem.parameter.non_body_parameter.query_parameter_sub_schema
            Part(output, 8, item => Part(item, 1, p => Part(p, 2, n => Part(n, 3, query =>
            {
                Text(query, 2, "query");
                Text(query, 4, parameter.Text("name"));
                Text(query, 6, "string");
            }))));
        }
        Part(output, 9, responses => Named(responses, 1, "200", value => Part(value, 1, response => Text(response, 1, "OK"))));
        Extensions(output, 13, operation);
    }

    private static void Schema(CodedOutputStream output, JsonObject schema)
    {
        Text(output, 1, schema.Text("$ref"));
        Text(output, 2, schema.Text("format"));
        Text(output, 4, schema.Text("description"));
        if (schema["default"] is { } preset)
            Part(output, 5, any => Any(any, preset));
        Text(output, 17, schema.Text("pattern"));
        foreach (var required in schema.Array("required") ?? [])
            Text(output, 19, required!.AsText());
        foreach (var choice in schema.Array("enum") ?? [])
            Part(output, 20, any => Any(any, choice));
        if (schema.Object("additionalProperties") is { } additional)
            Part(output, 21, item => Part(item, 1, s => Schema(s, additional)));
        if (schema.Text("type") is { } type)
            Part(output, 22, item => Text(item, 1, type));
        if (schema.Object("items") is { } items)
            Part(output, 23, item => Part(item, 1, s => Schema(s, items)));
        if (schema.Object("properties") is { } properties)
        {
            Part(output, 25, part =>
            {
                foreach (var (name, property) in properties)
                    Named(part, 1, name, value => Schema(value, (JsonObject)property!));
            });
        }
        Extensions(output, 31, schema);
    }

    private static void Extensions(CodedOutputStream output, int number, JsonObject node)
    {
        foreach (var (name, value) in node.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal)))
            Named(output, number, name, any => Any(any, value));
    }

    /// <summary>Any.yaml: JSON is YAML.</summary>
    private static void Any(CodedOutputStream output, JsonNode? value) => Text(output, 2, value?.ToJsonString(JsonSerializerOptions.Default) ?? "null");

    private static void Named(CodedOutputStream output, int number, string name, Action<CodedOutputStream> value) => Part(output, number, named =>
    {
        Text(named, 1, name);
        Part(named, 2, value);
    });

    private static void Text(CodedOutputStream output, int number, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Part(CodedOutputStream output, int number, Action<CodedOutputStream> write)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }
}
