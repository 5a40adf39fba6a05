using System.IO.Enumeration;
using Overlay.Lab;

namespace Overlay.Conformance;

/// <summary>How cases are judged.</summary>
internal enum RunMode
{
    /// <summary>By the compiled tables.</summary>
    Pure,

    /// <summary>By packets, in a lab.</summary>
    Packets,
}

/// <summary>What the command line asks for.</summary>
internal sealed record RunArguments
{
    public const string Usage = """
        overlay-conformance [--cases DIR] [--mode pure|packets] [--backend nftables|iptables] [--only GLOB]

          --cases DIR     a folder of case files (conformance/cases/README.md is their schema); default: conformance/cases
          --mode MODE     pure: what the compiled tables say (default). packets: real connections in a lab of two nodes; needs root
          --backend NAME  the rule engine of the lab's nodes (nftables)
          --only GLOB     only cases whose id matches, as 'edge-0*'

        As make: make conformance CASES=DIR MODE=pure|packets BACKEND=iptables|nftables ONLY=GLOB
        Exit: 0 every case passed, 1 some failed, 2 nothing was played.
        """;

    public string Cases { get; init; } = Path.Combine(LabPaths.Repository(), "conformance", "cases");

    public RunMode Mode { get; init; } = RunMode.Pure;

    /// <summary>As OverlayNetwork.spec.rules.backend spells it.</summary>
    public string Backend { get; init; } = "nftables";

    public string Only { get; init; } = "*";

    /// <summary>Reads a command line. An empty value is as good as none: so a makefile need not look.</summary>
    /// <exception cref="FormatException">It says something else than <see cref="Usage"/>.</exception>
    public static RunArguments Parse(IReadOnlyList<string> args)
    {
        var read = new RunArguments();
        for (var i = 0; i < args.Count; i += 2)
        {
            if (args[i] is not ("--cases" or "--mode" or "--backend" or "--only"))
                throw new FormatException($"there is no argument '{args[i]}'.");
            if (i + 1 == args.Count)
                throw new FormatException($"{args[i]} needs a value.");
            if (args[i + 1] is { Length: > 0 } value)
                read = With(read, args[i], value);
        }

        return read;
    }

    /// <summary>Whether a case is asked for.</summary>
    public bool Wants(string id) => FileSystemName.MatchesSimpleExpression(Only, id, ignoreCase: false);

    private static RunArguments With(RunArguments read, string name, string value) => name switch
    {
        "--cases" => read with { Cases = value },
        "--only" => read with { Only = value },
        "--mode" => read with
        {
            Mode = value switch
            {
                "pure" => RunMode.Pure,
                "packets" => RunMode.Packets,
                _ => throw new FormatException($"MODE is '{value}': it must be pure or packets."),
            },
        },
        _ => read with
        {
            Backend = value is "nftables" or "iptables" ? value : throw new FormatException($"BACKEND is '{value}': it must be nftables or iptables."),
        },
    };
}
