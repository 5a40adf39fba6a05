using Google.Protobuf;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>A message of the container runtime interface, written field by field: the few that are needed do not ask for generated code.</summary>
internal sealed class CriMessage
{
    private readonly List<byte> _bytes = [];

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds a text.</summary>
    public CriMessage Text(int field, string text) => Bytes(field, ByteString.CopyFromUtf8(text));

    /// <summary>Adds a message.</summary>
    public CriMessage Nested(int field, CriMessage message) => Bytes(field, ByteString.CopyFrom(message.ToArray()));

    /// <summary>Adds a number or a flag.</summary>
    public CriMessage Number(int field, long number) =>
        Write(output =>
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(number);
        });

    /// <summary>Adds a number that may be absent: the runtime tells none from 0.</summary>
    public CriMessage Wrapped(int field, long number) => Nested(field, new CriMessage().Number(1, number));

    /// <summary>Adds an entry of a map of texts.</summary>
    public CriMessage Entry(int field, string key, string value) => Nested(field, new CriMessage().Text(1, key).Text(2, value));

    /// <summary>A number or a flag; 0 when there is none, as protobuf has it.</summary>
    public static long NumberAt(ByteString message, int field)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
                return input.ReadInt64();
            input.SkipLastField();
        }

        return 0;
    }

    /// <summary>Every value of a field of texts or messages, in their order.</summary>
    public static IEnumerable<ByteString> All(ByteString message, int field)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                yield return input.ReadBytes();
            else
                input.SkipLastField();
        }
    }

    /// <summary>The first value at the end of a path of fields; empty when there is none, as protobuf has it.</summary>
    public static ByteString At(ByteString message, params ReadOnlySpan<int> path)
    {
        foreach (var field in path)
            message = All(message, field).FirstOrDefault() ?? ByteString.Empty;
        return message;
    }

    private CriMessage Bytes(int field, ByteString bytes) =>
        Write(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(bytes);
        });

    private CriMessage Write(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        _bytes.AddRange(stream.ToArray());
        return this;
    }
}
