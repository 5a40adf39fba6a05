using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Overlay.Cli.Text;

/// <summary>Answers for programs.</summary>
internal static class JsonText
{
    // For terminals and pipes, not for web pages: an apostrophe stays one.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value in JSON, indented, with a newline at the end.</summary>
    /// <param name="value">The value.</param>
    /// <param name="json">How its type is written.</param>
    public static string Of<T>(T value, JsonTypeInfo<T> json)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Options))
            JsonSerializer.Serialize(writer, value, json);
        return Encoding.UTF8.GetString(text.WrittenSpan) + "\n";
    }
}
