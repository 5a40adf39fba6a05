using Overlay.Conformance.Data;

namespace Overlay.Conformance.Playing;

/// <summary>Plays cases on a cluster, one after the other.</summary>
/// <param name="cluster">The cluster.</param>
public sealed class CasePlayer(ITestedCluster cluster)
{
    /// <summary>Plays one case to its end, or until something breaks.</summary>
    /// <param name="suite">Its suite.</param>
    /// <param name="case">The case.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<CaseResult> PlayAsync(string suite, ConformanceCase @case, EnvironmentDeclaration environment, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var result = new CaseResult(suite, @case.Id) { Skipped = cluster.ReasonToSkip(@case, environment) };
        if (result.Skipped is not null)
            return result;
        try
        {
            var state = ClusterState.Of(environment);
            await cluster.BringToAsync(state, cancel);
            for (var i = 0; i < @case.Steps.Length; i++)
            {
                foreach (var action in @case.Steps[i].Actions)
                {
                    state = state.After(action, cluster.AddressOf);
                    await cluster.BringToAsync(state, cancel);
                }

                var tried = await cluster.TryAsync([.. @case.Steps[i].Expect.Asserted()], @case.WantsSilence, cancel);
                var step = i + 1;
                result = result with
                {
                    Cells = result.Cells + tried.Asked,
                    Wrong = [.. result.Wrong, .. tried.Wrong.Select(w => new WrongCell(@case.Id, step, w.Cell, w.Got))],
                };
            }

            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // One case's trouble must not hide the others' results.
            return result with { Broken = $"{e.GetType().Name}: {e.Message}" };
        }
    }
}
