using Microsoft.Extensions.Logging;
using Overlay.Netlink;
using Overlay.NodeAgent.Health;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Preflight;

/// <summary>Looks at the node when the agent starts and from time to time, and keeps what its administrator should look into.</summary>
/// <param name="facts">Gathers.</param>
/// <param name="vtep">How the network stands.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of what is new.</param>
internal sealed class PreflightLoop(FactGathering facts, VtepState vtep, TimeProvider time, ILogger<PreflightLoop> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private IReadOnlyList<Finding> _findings = [];
    private string? _problemBefore;

    /// <summary>What was found last.</summary>
    public IReadOnlyList<Finding> Findings => Volatile.Read(ref _findings);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Pass();
                await Task.Delay(Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As it should be.
        }
    }

    private void Pass()
    {
        try
        {
            var findings = Assessment.Of(facts.Gather(vtep.Network), vtep.Network, vtep.Mtu).ToList();

            // What stops the node is told by its own loop in the log; when it lasts, on the Node too.
            var problem = vtep.Problem;
            if (problem is not null && string.Equals(problem, _problemBefore, StringComparison.Ordinal))
                findings.Add(new Finding("NetworkNotReady", $"No pods can start on this node: {problem}"));
            _problemBefore = problem;
            foreach (var finding in findings.Except(_findings))
                PreflightLog.Found(log, finding.Reason, finding.Text);
            Volatile.Write(ref _findings, findings);
        }
        catch (Exception error) when (error is NetlinkException or IOException or UnauthorizedAccessException)
        {
            PreflightLog.Failed(log, error.Message);
        }
    }
}
