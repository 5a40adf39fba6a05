namespace Overlay.NodeAgent.Rules;

/// <summary>A rule engine of the kernel. Knows nothing of policies: it makes the kernel say what a <see cref="RuleState"/> says. Not thread-safe.</summary>
public interface IRuleBackend : IDisposable
{
    /// <summary>Its name for logs and the node's Lease: <c>nftables</c> or <c>iptables</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Reads the kernel's rules afresh. What others changed since is then known, and the next <see cref="ApplyAsync"/> mends it.
    /// </summary>
    /// <returns>What was found, also which number stands for which workload (known again after a restart).</returns>
    RuleInspection Inspect();

    /// <summary>
    /// Makes the kernel say this and nothing else. Writes the difference only; element changes are one atomic batch, and a rule set that is
    /// missing, of another version, or changed by hand is replaced with all its elements in one transaction.
    /// </summary>
    /// <param name="desired">What the rules must say.</param>
    /// <param name="stop">Given up when this is cancelled; the kernel then has the old rules or the new ones.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="RulesException">The kernel or the tool refused, and what it said.</exception>
    Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop);

    /// <summary>
    /// Whether the rule set is still the one that was loaded, looked at from far: microseconds, for each time somebody else changed something.
    /// It does not notice a changed rule or element; <see cref="Inspect"/> does.
    /// </summary>
    bool IsInPlace();

    /// <summary>
    /// Whether nobody can have changed anything of ours since it was last read or written, told without reading it. False where that can not be told:
    /// <see cref="Inspect"/> finds out.
    /// </summary>
    bool IsAsLeft();

    /// <summary>Ends when somebody else changed the kernel's rules in a way that may concern ours.</summary>
    /// <param name="stop">Ends the wait.</param>
    Task WaitForOthersAsync(CancellationToken stop);

    /// <summary>Packets and bytes counted at each step of the way.</summary>
    IReadOnlyList<RuleCounter> ReadCounters();
}
