using System.Text;

namespace Overlay.Cli.Text;

/// <summary>
/// Writes text to a terminal that must not be steered by it: names, labels and comments come from whoever may create objects. Control characters
/// other than the line's end and the tab, C1 controls included, come out as <c>?</c>.
/// </summary>
internal sealed class HarmlessWriter(TextWriter inner) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(Harmless(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => inner.Write(Clean(buffer.AsSpan(index, count)));

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(Clean(value));

    /// <inheritdoc />
    public override void WriteLine(string? value) => inner.WriteLine(Clean(value));

    /// <inheritdoc />
    public override Task WriteAsync(string? value) => inner.WriteAsync(Clean(value));

    /// <inheritdoc />
    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(Clean(value));

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    /// <inheritdoc />
    public override Task FlushAsync() => inner.FlushAsync();

    private static string Clean(ReadOnlySpan<char> text) => string.Create(text.Length, text, static (clean, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            clean[i] = Harmless(source[i]);
    });

    private static char Harmless(char c) => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c;
}
