using Overlay.Kube.Connection;
using Overlay.Kube.Entities;
using Overlay.Operator.Definitions;
using Overlay.Operator.Uninstall;

namespace Overlay.Operator.Hosting;

/// <summary>What the operator's program does once and ends, in place of operating: the chart's hooks run it so.</summary>
internal static class Errand
{
    /// <summary>Everything is done.</summary>
    private const int Done = 0;

    /// <summary>It could not be done; the last line says why.</summary>
    private const int Failed = 1;

    /// <summary>Whether the arguments ask for an errand.</summary>
    public static bool IsAsked(IReadOnlyList<string> args) => args is ["crds" or "uninstall", ..];

    /// <summary>How many of the arguments name the errand; the rest are options.</summary>
    public static int Words(IReadOnlyList<string> args) => args is ["uninstall", "stop" or "finish", ..] ? 2 : 1;

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="FormatException">There is no such errand.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, OperatorOptions options, ClusterConnection connection, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        try
        {
            switch (args)
            {
                case ["crds", ..]:
                    await new DefinitionsErrand(connection, options.Definitions, Console.WriteLine).RunAsync(limit.Token);
                    return Done;
                case ["uninstall", "stop", ..]:
                    return await new StopErrand(connection, options.Namespace, Console.WriteLine).RunAsync(limit.Token) ? Done : Failed;
                case ["uninstall", "finish", ..]:
                    return await new FinishErrand(connection, options.Namespace, Console.WriteLine).RunAsync(limit.Token) ? Done : Failed;
                default:
                    throw new FormatException("uninstall: say what, stop or finish");
            }
        }
        catch (KubernetesException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"not done within {options.Timeout.TotalSeconds:0} s (--timeout)");
            return Failed;
        }
    }
}
