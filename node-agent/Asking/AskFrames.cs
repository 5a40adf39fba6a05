using System.Buffers.Binary;
using System.Text;

namespace Overlay.NodeAgent.Asking;

/// <summary>What <c>overlay-agent ask</c> and the agent say to each other. Pure; both ends are one binary.</summary>
/// <remarks>
/// <code>
///  question:  | "OVQ1" | length u32 | word \0 word \0 ... (UTF-8)           |
///  answer:    | kind u8 | length u32 | bytes |   ... again and again, a kind that ends it last
/// </code>
/// Numbers are little endian.
/// </remarks>
internal static class AskFrames
{
    /// <summary>Bytes of either header.</summary>
    public const int QuestionHeader = 8, PieceHeader = 5;

    /// <summary>The most bytes of a question; names of pods and addresses are short.</summary>
    public const int MaxQuestion = 64 * 1024;

    /// <summary>The most bytes of one piece of an answer; an answer may have any number.</summary>
    public const int MaxPiece = 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "OVQ1"u8;

    /// <summary>Builds a question.</summary>
    /// <exception cref="FormatException">It is too long.</exception>
    public static byte[] Question(IReadOnlyList<string> words)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(words.Select(word => word + '\0')));
        if (body.Length > MaxQuestion)
            throw new FormatException($"the question has {body.Length} bytes, it may have {MaxQuestion}");
        var frame = new byte[QuestionHeader + body.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), body.Length);
        body.CopyTo(frame, QuestionHeader);
        return frame;
    }

    /// <summary>The length of the question that a header announces; null when it is not ours or says more than the limit allows.</summary>
    public static int? QuestionLength(ReadOnlySpan<byte> header) =>
        header[..4].SequenceEqual(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) is var length and <= MaxQuestion ? (int)length : null;

    /// <summary>The words of a question.</summary>
    public static string[] Words(ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetString(body).Split('\0') is [.. var words, ""] ? words : [];

    /// <summary>Builds a piece of an answer.</summary>
    public static byte[] Piece(PieceKind kind, ReadOnlySpan<byte> bytes)
    {
        var frame = new byte[PieceHeader + bytes.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame.AsSpan(PieceHeader));
        return frame;
    }

    /// <summary>Kind and length of the piece that a header announces; null when it says more than the limit allows.</summary>
    public static (PieceKind Kind, int Length)? ReadPiece(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[1..]) is var length and <= MaxPiece ? ((PieceKind)header[0], (int)length) : null;
}
