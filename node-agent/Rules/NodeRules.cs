using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// The node's rules as the agent sees them: hand over what should be, and it becomes so in an order that at no time allows more than
/// the old state and the new one together.
/// </summary>
/// <remarks>
/// Order: elements of the new state are added while groups that veths still carry stay; then veths move to their new groups; then what nobody
/// carries any more is removed. One caller at a time gets through; others wait.
/// </remarks>
public sealed class NodeRules(IRuleBackend backend, IVethGroups groups) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private RuleInspection? known;
    private RuleInputs? last;
    private RuleState? applied;

    /// <summary>The rule engine's name.</summary>
    public string Backend => backend.Name;

    /// <summary>Makes the kernel say what these inputs mean. When this returns, it is in force.</summary>
    /// <param name="inputs">Everything the rules are made from.</param>
    /// <param name="stop">Given up when this is cancelled.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="RulesException">The kernel or its tool refused.</exception>
    public async Task<RuleChanges> ApplyAsync(RuleInputs inputs, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            last = inputs;
            return await ApplyInTurnAsync(inputs, stop).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Compares the kernel's rules with what was last handed over, and mends them.</summary>
    /// <param name="stop">Given up when this is cancelled.</param>
    /// <returns>What had to be written; empty when all was well or nothing was handed over yet.</returns>
    /// <exception cref="RulesException">The kernel or its tool refused.</exception>
    public async Task<RuleChanges> RepairAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            known = backend.Inspect();
            return last is null ? default : await ApplyInTurnAsync(last, stop).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends when somebody else changed the kernel's rules: time for <see cref="RepairAsync"/>.</summary>
    /// <param name="stop">Ends the wait.</param>
    public Task WaitForOthersAsync(CancellationToken stop) => backend.WaitForOthersAsync(stop);

    /// <summary>Packets and bytes counted at each step of the way.</summary>
    public IReadOnlyList<RuleCounter> ReadCounters() => backend.ReadCounters();

    /// <inheritdoc />
    public void Dispose()
    {
        backend.Dispose();
        turn.Dispose();
    }

    private async Task<RuleChanges> ApplyInTurnAsync(RuleInputs inputs, CancellationToken stop)
    {
        known ??= backend.Inspect();
        var actual = groups.Read();
        var numbers = GroupNumbers.Assign(inputs.Table.Destinations.Select(d => d.Workload), known.Workloads, actual.Values);
        var desired = RuleCompilation.Compile(inputs, numbers);
        var moves = RuleCompilation
            .GroupsOf(inputs, numbers)
            .Where(wanted => actual.TryGetValue(wanted.Key, out var group) && group != wanted.Value)
            .ToList();

        RuleChanges written = default;
        if (moves.Count > 0)
        {
            written = await backend.ApplyAsync(WithGroupsInUse(desired, actual.Values), stop).ConfigureAwait(false);
            groups.Move(moves);
        }

        written = written.Then(await backend.ApplyAsync(desired, stop).ConfigureAwait(false));
        applied = desired;
        known = new RuleInspection(
            SkeletonCondition.Intact,
            desired.Workloads.ToImmutableSortedDictionary(workload => workload.Group, workload => GroupNumbers.NameOf(workload.Workload))
        );
        return written;
    }

    /// <summary>The new state, and of the old one those workloads whose number veths still carry.</summary>
    private RuleState WithGroupsInUse(RuleState desired, IEnumerable<uint> carried)
    {
        if (applied is null)
        {
            return desired;
        }

        var keep = carried.ToHashSet();
        keep.ExceptWith(desired.Workloads.Select(workload => workload.Group));
        return desired with { Workloads = [.. desired.Workloads, .. applied.Workloads.Where(workload => keep.Contains(workload.Group))] };
    }
}
