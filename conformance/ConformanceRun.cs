using System.Diagnostics;
using System.Globalization;
using Overlay.Conformance.Data;
using Overlay.Conformance.Packets;
using Overlay.Conformance.Playing;
using Overlay.Conformance.Pure;
using Overlay.Conformance.Reporting;
using Spectre.Console;

namespace Overlay.Conformance;

/// <summary>One run: plays the cases that are asked for and reports.</summary>
internal static class ConformanceRun
{
    /// <summary>From when on progress is told.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(10);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RunArguments arguments, CancellationToken cancel)
    {
        var asked = Select(ConformanceReader.ReadFolder(arguments.Cases), arguments);
        var results = arguments.Mode == RunMode.Pure
            ? await PlayAsync(new CasePlayer(new PureCluster()), asked, cancel)
            : await PacketsRun.PlayAsync(asked, arguments.Backend, cancel);
        return Report(results);
    }

    /// <summary>The cases that are asked for, those of like environments together: a cluster changes least that way.</summary>
    /// <exception cref="ConformanceDataException">There is none.</exception>
    public static IReadOnlyList<AskedCase> Select(IReadOnlyList<ConformanceFile> files, RunArguments arguments)
    {
        IReadOnlyList<AskedCase> asked =
        [
            .. files.SelectMany(f => f.Cases.Where(c => arguments.Wants(c.Id)).Select(c => new AskedCase(f.Suite, c, f.Environments[c.Environment])))
                .OrderBy(a => a.Case.Environment, StringComparer.Ordinal),
        ];
        return asked.Count > 0
            ? asked
            : throw new ConformanceDataException($"no case of {arguments.Cases} has an id that matches ONLY={arguments.Only}; there are {files.Sum(f => f.Cases.Length)}.");
    }

    /// <summary>Plays cases, and tells of each that is not right at once.</summary>
    public static async Task<IReadOnlyList<CaseResult>> PlayAsync(CasePlayer player, IEnumerable<AskedCase> asked, CancellationToken cancel)
    {
        var results = new List<CaseResult>();
        var since = Stopwatch.StartNew();
        foreach (var (suite, @case, environment) in asked)
        {
            var result = await player.PlayAsync(suite, @case, environment, cancel);
            results.Add(result);
            foreach (var wrong in result.Wrong)
                Console.WriteLine(wrong);
            if (result.Broken is not null)
                Console.WriteLine($"BROKEN {result.Id}: {result.Broken}");
            if (result.Skipped is not null)
                Console.WriteLine($"SKIPPED {result.Id}: {result.Skipped}");
            if (results.Count % 50 == 0 && since.Elapsed > Slow)
                await Console.Error.WriteLineAsync($"{results.Count} cases in {since.Elapsed.TotalSeconds:0} s");
        }

        return results;
    }

    private static int Report(IReadOnlyList<CaseResult> results)
    {
        AnsiConsole.Write(ResultTable.Of(results));
        var (passed, failed) = (results.Count(r => r.Passed), results.Count(r => r.Failed));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed > 0 ? 1 : passed > 0 ? 0 : 2;
    }
}

/// <summary>A case to play.</summary>
/// <param name="Suite">Its suite.</param>
/// <param name="Case">The case.</param>
/// <param name="Environment">What it starts from.</param>
internal sealed record AskedCase(string Suite, ConformanceCase Case, EnvironmentDeclaration Environment);
