using Overlay.Cli.Text;

namespace Overlay.Cli.Tests.Text;

/// <summary>Whoever may label a pod must not steer the terminal of who looks at it.</summary>
public sealed class HarmlessWriterTests
{
    [Theory]
    [InlineData("shop/front\n", "shop/front\n")]
    [InlineData("a\tb é 漢 →", "a\tb é 漢 →")]
    [InlineData("\u001b]0;owned\u0007", "?]0;owned?")]
    [InlineData("\u001b[2J\rALLOWED", "?[2J?ALLOWED")]
    [InlineData("\u009b2J\u007f\0", "?2J??")]
    public async Task Control_characters_do_not_come_through(string text, string expected)
    {
        await using var plain = new StringWriter();
        await using var writer = new HarmlessWriter(plain);
        await writer.WriteAsync(text);
        writer.Write(text);
        writer.Write(text.ToCharArray());
        foreach (var c in text)
            writer.Write(c);
        plain.ToString().Should().Be(string.Concat(Enumerable.Repeat(expected, 4)));
    }
}
