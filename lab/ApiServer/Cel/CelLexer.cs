using System.Globalization;
using System.Text;

namespace Overlay.Lab.ApiServer.Cel;

internal enum CelTokenKind
{
    End,
    Name,
    Symbol,
    Integer,
    Unsigned,
    Real,
    Text,
}

/// <summary>A token; <paramref name="Value"/> is the literal's value.</summary>
internal sealed record CelToken(CelTokenKind Kind, string Text, object? Value = null);

/// <summary>CEL text to tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols = ["&&", "||", "<=", ">=", "==", "!=", ".?", "[?", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "<", ">", "+", "-", "*", "/", "%", "!"];

    public static List<CelToken> Read(string text)
    {
        var tokens = new List<CelToken>();
        for (var at = 0; ;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at < text.Length - 1 && text[at] == '/' && text[at + 1] == '/')
            {
                while (at < text.Length && text[at] != '\n')
                    at++;
                continue;
            }
            if (at >= text.Length)
                break;
            tokens.Add(Next(text, ref at));
        }
        tokens.Add(new CelToken(CelTokenKind.End, "<end>"));
        return tokens;
    }

    private static CelToken Next(string text, ref int at)
    {
        var c = text[at];
        if (c is '"' or '\'' || (c is 'r' or 'R' && at + 1 < text.Length && text[at + 1] is '"' or '\''))
            return Quoted(text, ref at);
        if (char.IsAsciiLetter(c) || c == '_')
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
                at++;
            return new CelToken(CelTokenKind.Name, text[start..at]);
        }
        if (char.IsAsciiDigit(c))
            return Number(text, ref at);
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new CelToken(CelTokenKind.Symbol, symbol);
            }
        }
        throw new CelException($"Syntax error: token recognition error at: '{c}'");
    }

    private static CelToken Number(string text, ref int at)
    {
        var start = at;
        if (text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X')
        {
            at += 2;
            while (at < text.Length && char.IsAsciiHexDigit(text[at]))
                at++;
            return new CelToken(CelTokenKind.Integer, text[start..at], long.Parse(text.AsSpan(start + 2, at - start - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        var real = false;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            real = true;
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            real = true;
            at++;
            if (at < text.Length && text[at] is '+' or '-')
                at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        var digits = text[start..at];
        if (real)
            return new CelToken(CelTokenKind.Real, digits, double.Parse(digits, CultureInfo.InvariantCulture));
        if (!long.TryParse(digits, CultureInfo.InvariantCulture, out var value))
            throw new CelException($"Syntax error: invalid int literal {digits}");
        if (at < text.Length && text[at] is 'u' or 'U')
            at++;
        return new CelToken(CelTokenKind.Integer, digits, value);
    }

    private static CelToken Quoted(string text, ref int at)
    {
        var raw = text[at] is 'r' or 'R';
        if (raw)
            at++;
        var quote = string.CompareOrdinal(text, at, new string(text[at], 3), 0, 3) == 0 ? new string(text[at], 3) : text[at].ToString();
        var start = at;
        at += quote.Length;
        var value = new StringBuilder();
        while (true)
        {
            if (at >= text.Length)
                throw new CelException($"Syntax error: unterminated string: {text[start..]}");
            if (string.CompareOrdinal(text, at, quote, 0, quote.Length) == 0)
                break;
            value.Append(!raw && text[at] == '\\' ? Escape(text, ref at) : text[at++].ToString());
        }
        at += quote.Length;
        return new CelToken(CelTokenKind.Text, text[start..at], value.ToString());
    }

    private static string Escape(string text, ref int at)
    {
        var c = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        switch (c)
        {
            case 'n': return "\n";
            case 't': return "\t";
            case 'r': return "\r";
            case '\\' or '"' or '\'' or '`' or '?': return c.ToString();
            case 'x' or 'u' or 'U':
                var length = c switch { 'x' => 2, 'u' => 4, _ => 8 };
                if (at + length <= text.Length && int.TryParse(text.AsSpan(at, length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
                {
                    at += length;
                    return char.ConvertFromUtf32(code);
                }
                break;
        }
        throw new CelException($"Syntax error: invalid escape \\{c}");
    }
}
