using System.Text;

namespace Overlay.Cli.Text;

/// <summary>Rows of words in columns, as kubectl prints them.</summary>
internal static class Table
{
    private const int Gap = 3;

    /// <summary>Lays rows out; each column is as wide as its widest word.</summary>
    /// <param name="rows">The rows, a heading first; short ones are filled up.</param>
    /// <param name="indent">Spaces before each row.</param>
    public static string Of(IReadOnlyList<string[]> rows, int indent = 0)
    {
        var widths = new int[rows.Count == 0 ? 0 : rows.Max(row => row.Length)];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }

        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(' ', indent).Append(string.Concat(row.Select((word, i) => word.PadRight(widths[i] + Gap))).TrimEnd()).Append('\n');
        return text.ToString();
    }
}
