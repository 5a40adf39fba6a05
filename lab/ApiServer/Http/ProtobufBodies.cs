using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>
/// Bodies in Kubernetes' protobuf, for the few small kinds that <c>kubectl create</c> sends so and never again as JSON: namespaces, config maps,
/// secrets, service accounts, and DeleteOptions. Every other kind is answered 415.
/// Envelope: "k8s\0", then runtime.Unknown { typeMeta = 1 { apiVersion = 1, kind = 2 }, raw = 2 }. Field numbers are those of Kubernetes' generated.proto files.
/// </summary>
internal static class ProtobufBodies
{
    private static readonly Field[] Meta =
    [
        new(1, "name", Form.Text), new(2, "generateName", Form.Text), new(3, "namespace", Form.Text), new(5, "uid", Form.Text), new(6, "resourceVersion", Form.Text),
        new(11, "labels", Form.TextMap), new(12, "annotations", Form.TextMap), new(14, "finalizers", Form.TextList),
    ];

    private static readonly Dictionary<string, Field[]> Kinds = new(StringComparer.Ordinal)
    {
        ["Namespace"] = [new(1, "metadata", Form.Object, Meta), new(2, "spec", Form.Object, [new(1, "finalizers", Form.TextList)])],
        ["ConfigMap"] = [new(1, "metadata", Form.Object, Meta), new(2, "data", Form.TextMap), new(3, "binaryData", Form.BytesMap), new(4, "immutable", Form.Flag)],
        ["Secret"] = [new(1, "metadata", Form.Object, Meta), new(2, "data", Form.BytesMap), new(3, "type", Form.Text), new(4, "stringData", Form.TextMap), new(5, "immutable", Form.Flag)],
        ["ServiceAccount"] = [new(1, "metadata", Form.Object, Meta), new(4, "automountServiceAccountToken", Form.Flag)],
        ["DeleteOptions"] =
        [
            new(1, "gracePeriodSeconds", Form.Number), new(2, "preconditions", Form.Object, [new(1, "uid", Form.Text), new(2, "resourceVersion", Form.Text)]),
            new(3, "orphanDependents", Form.Flag), new(4, "propagationPolicy", Form.Text), new(5, "dryRun", Form.TextList),
        ],
    };

    private enum Form
    {
        Text,
        Number,
        Flag,
        Object,
        TextList,
        TextMap,
        BytesMap,
    }

    public static JsonObject Parse(byte[] body)
    {
        if (!body.AsSpan().StartsWith("k8s\0"u8))
            throw ApiException.BadRequest("the body is not Kubernetes protobuf: its first bytes are not k8s\\0");
        var envelope = Message(body[4..], [new(1, "typeMeta", Form.Object, [new(1, "apiVersion", Form.Text), new(2, "kind", Form.Text)]), new(2, "raw", Form.Text)], out var raw);
        var typeMeta = envelope.Object("typeMeta") ?? [];
        if (typeMeta.Text("kind") is not { } kind || !Kinds.TryGetValue(kind, out var fields))
            throw ApiException.UnsupportedMediaType("application/json, application/yaml");
        var result = Message(raw, fields, out _);
        result["apiVersion"] = typeMeta.Text("apiVersion");
        result["kind"] = kind;
        return result;
    }

    private static JsonObject Message(byte[] bytes, Field[] fields, out byte[] last)
    {
        last = [];
        var result = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = Array.Find(fields, f => f.Number == WireFormat.GetTagFieldNumber(tag));
            if (field is null)
            {
                input.SkipLastField();
                continue;
            }
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
            {
                var number = input.ReadInt64();
                result[field.Name] = field.Form == Form.Flag ? number != 0 : number;
                continue;
            }
            last = input.ReadBytes().ToByteArray();
            Put(result, field, last);
        }
        return result;
    }

    private static void Put(JsonObject result, Field field, byte[] value)
    {
        switch (field.Form)
        {
            case Form.Text when value.Length > 0:
                result[field.Name] = Encoding.UTF8.GetString(value);
                break;
            case Form.Object:
                result[field.Name] = Message(value, field.Fields!, out _);
                break;
            case Form.TextList:
                if (result.Array(field.Name) is not { } list)
                    result[field.Name] = list = [];
                list.Add((JsonNode)Encoding.UTF8.GetString(value));
                break;
            case Form.TextMap or Form.BytesMap:
                var entry = Message(value, [new(1, "key", Form.Text), new(2, "value", Form.Text)], out var bytes);
                result.ObjectOrNew(field.Name)[entry.Text("key") ?? ""] =
                    field.Form == Form.BytesMap ? Convert.ToBase64String(bytes) : entry.Text("value") ?? "";
                break;
        }
    }

    private sealed record Field(int Number, string Name, Form Form, Field[]? Fields = null);
}
