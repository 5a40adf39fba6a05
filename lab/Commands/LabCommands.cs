using System.Globalization;
using System.Runtime.InteropServices;
using Overlay.Lab.Shop;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;
using Spectre.Console;

namespace Overlay.Lab.Commands;

/// <summary>The commands of <c>overlay-lab</c>.</summary>
internal static class LabCommands
{
    private const string Usage = """
        overlay-lab COMMAND [--prefix NAME] [--nodes N] [--stack NAME]

          up         clear what an earlier lab left, build a new one, show it
          down       clear it
          status     what runs
          matrix     who can reach whom, right now
          way        the packet's way, step by step, of one allowed and one denied connection
          apiserver  only the embedded API server (--listen ADDR:PORT --kubeconfig FILE ...)
          runtime    only the pod runtime (the lab starts it by itself)

          --prefix NAME   another lab beside the default one (overlay-lab)
          --nodes N       how many nodes `up` builds, 1 to 200 (3)
          --stack NAME    the address families of underlay and pods: ipv4, dual or ipv6 (ipv4)
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var instance = LabInstance.Default;
        var nodes = 3;
        var stack = LabStack.IPv4;
        try
        {
            for (var i = 1; i < args.Length; i += 2)
            {
                var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value");
                switch (args[i])
                {
                    case "--prefix": instance = Instance(value); break;
                    case "--nodes": nodes = Nodes(value); break;
                    case "--stack": stack = LabStack.Parse(value); break;
                    default: throw new FormatException($"unknown argument {args[i]}");
                }
            }
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"overlay-lab: {e.Message}\n\n{Usage}");
            return 2;
        }

        // Without a terminal (a log, CI) tables would be squeezed into 80 columns.
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = 140;
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !interrupted.IsCancellationRequested;    // the second Ctrl-C ends us at once
            interrupted.Cancel();
        });
        try
        {
            var options = new LabOptions { Instance = instance, Nodes = nodes, Stack = stack };
            return args.FirstOrDefault() switch
            {
                "up" => await UpCommand.RunAsync(options, interrupted.Token),
                "down" => await DownCommand.RunAsync(instance),
                "status" => await StatusCommand.RunAsync(options, interrupted.Token),
                "matrix" => await OnShopAsync(options, async (_, pods) => await Show.MatrixAsync(pods, "right now", interrupted.Token) is not null, interrupted.Token),
                "way" => await OnShopAsync(options, (cluster, _) => Show.WayAsync(cluster, interrupted.Token), interrupted.Token),
                "runtime" => await RuntimeCommand.RunAsync(instance, nodes),
                _ => Help(),
            };
        }
        catch (Exception e) when (e is LabException or OperationCanceledException || interrupted.IsCancellationRequested)
        {
            // What is broken off by Ctrl-C may fail in any way, as a connection that is being made.
            var text = e is LabException && !interrupted.IsCancellationRequested ? e.Message : "interrupted; `make lab-down` or the next `make lab` clears what was begun";
            AnsiConsole.MarkupLineInterpolated($"[red]{text}[/]");
            return 1;
        }
    }

    private static async Task<int> OnShopAsync(LabOptions options, Func<LabCluster, IReadOnlyList<LabPod>, Task<bool>> show, CancellationToken cancel)
    {
        await using var cluster = LabCluster.Open(options);
        return await show(cluster, await new ShopFloor(cluster).FindAsync(cancel)) ? 0 : 1;
    }

    private static int Help()
    {
        Console.WriteLine(Usage);
        return 2;
    }

    private static LabInstance Instance(string prefix) =>
        prefix.Length is > 2 and < 40 && prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-')
            ? new LabInstance(prefix)
            : throw new FormatException($"--prefix '{prefix}' must be 3 to 39 of a-z, 0-9 and '-'");

    private static int Nodes(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 200
            ? n
            : throw new FormatException($"--nodes '{text}' must be 1 to 200");
}
