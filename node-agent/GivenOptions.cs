namespace Overlay.NodeAgent;

/// <summary>Options as given: <c>--name value</c>, <c>--name=value</c>, or <c>OVERLAY_NAME</c> in the environment.</summary>
internal sealed class GivenOptions
{
    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Func<string, string?> _environment;

    /// <summary>Splits the arguments.</summary>
    /// <exception cref="FormatException">One is not of the form <c>--name value</c>.</exception>
    public GivenOptions(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        _environment = environment;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                throw new FormatException($"\"{argument}\" is not an option; options begin with --");
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                _arguments[argument[2..equals]] = argument[(equals + 1)..];
            else if (i + 1 < arguments.Count)
                _arguments[argument[2..]] = arguments[++i];
            else
                throw new FormatException($"{argument} needs a value");
        }
    }

    /// <summary>An option's value; null when it is not given or empty.</summary>
    public string? Text(string name)
    {
        _asked.Add(name);
        var value = _arguments.GetValueOrDefault(name) ?? _environment("OVERLAY_" + name.ToUpperInvariant().Replace('-', '_'));
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>An option's value, read.</summary>
    /// <exception cref="FormatException">It can not be read; names the option.</exception>
    public T Parse<T>(string name, Func<string, T> read, T otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        try
        {
            return read(text);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException($"--{name} is \"{text}\": {error.Message}", error);
        }
    }

    /// <summary>Throws when an argument was given that nobody asked for.</summary>
    public void RefuseUnknown()
    {
        if (_arguments.Keys.FirstOrDefault(k => !_asked.Contains(k)) is { } unknown)
            throw new FormatException($"--{unknown} is not an option of this program");
    }
}
