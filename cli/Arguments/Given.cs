namespace Overlay.Cli.Arguments;

/// <summary>Options and words of one command line: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>; <c>--</c> ends the options.</summary>
internal sealed class Given
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private Given() { }

    /// <summary>What is no option.</summary>
    public List<string> Words { get; } = [];

    /// <summary>Whether help was asked for.</summary>
    public bool Help => Has("help");

    /// <summary>Reads a command line.</summary>
    /// <param name="args">The arguments after the command's name.</param>
    /// <param name="options">The command's options that take a value.</param>
    /// <param name="flags">The command's options that take none.</param>
    /// <exception cref="UsageException">An option is unknown or lacks its value.</exception>
    public static Given Parse(IReadOnlyList<string> args, IReadOnlyList<string> options, IReadOnlyList<string> flags)
    {
        var given = new Given();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "--")
            {
                given.Words.AddRange(args.Skip(i + 1));
                break;
            }

            if (args[i] is "-" || !args[i].StartsWith('-'))
            {
                given.Words.Add(args[i]);
                continue;
            }

            var (name, value) = Split(args[i]);
            if (name is "help" || flags.Contains(name))
                given.Add(name, value is null ? "" : throw new UsageException($"--{name} takes no value"));
            else if (options.Contains(name))
                given.Add(name, value ?? (++i < args.Count ? args[i] : throw new UsageException($"--{name} lacks its value")));
            else
                throw new UsageException($"there is no option '{args[i]}' (--help shows what there is)");
        }

        return given;
    }

    /// <summary>Whether an option was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>An option's last value; null: not given.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>All values of an option that may be repeated.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>The output format: one of those allowed, the first when not given.</summary>
    public string Output(params string[] formats)
    {
        var format = Text("output") ?? formats[0];
        return formats.Contains(format)
            ? format
            : throw new UsageException($"--output '{format}': it is {string.Join(", ", formats)}");
    }

    private static (string Name, string? Value) Split(string arg)
    {
        if (arg.StartsWith("--", StringComparison.Ordinal))
            return arg[2..].Split('=', 2) is [var name, var value] ? (name, value) : (arg[2..], null);
        var rest = arg.Length > 2 ? arg[2..].TrimStart('=') : null;
        return arg[1] switch
        {
            'h' => ("help", rest),
            'n' => ("namespace", rest),
            'o' => ("output", rest),
            'f' => ("filename", rest),
            _ => (arg, rest),
        };
    }

    private void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out var values))
            _values.Add(name, values = []);
        values.Add(value);
    }
}
