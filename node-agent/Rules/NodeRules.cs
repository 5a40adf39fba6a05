using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Overlay.NodeAgent.Rules;

/// <summary>
/// The node's rules as the agent sees them: hand over what should be, and it becomes so in an order that at no time allows more than
/// the old state and the new one together. <see cref="RunAsync"/> keeps it so.
/// </summary>
/// <remarks>
/// Order: elements of the new state are added while groups that veths still carry stay; then veths move to their new groups; then what nobody
/// carries any more is removed. One caller at a time gets through. Whoever waited while newer inputs came finds his own in force already:
/// fifty pods that start at once cost a few transactions, not fifty.
/// </remarks>
public sealed class NodeRules(IRuleBackend backend, IVethGroups groups, ILogger log, TimeProvider time) : IDisposable
{
    /// <summary>The kernel's rules are compared with what they should be at least this often; where there are thousands of nodes, more rarely (<see cref="Pace"/>).</summary>
    public static readonly TimeSpan Sweep = TimeSpan.FromSeconds(4);

    /// <summary>Others may change rules of theirs all the time (kube-proxy does): a look at ours from far at most this often ...</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>... and a close one at most this often.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock order = new();
    private long handedOver;
    private long inForce;
    private RuleInputs? last;

    /// <summary>Each number that kernel or veths may know, with its workload's name; null: not looked at yet.</summary>
    private ImmutableSortedDictionary<uint, string>? names;
    private bool inspected;
    private bool doubted;
    private RuleState? applied;
    private RuleStatistics statistics;

    /// <summary>The rule engine's name.</summary>
    public string Backend => backend.Name;

    /// <summary>What was written so far.</summary>
    public RuleStatistics Statistics => statistics;

    /// <summary>Makes the kernel say what these inputs mean. When this returns, they or newer ones are in force.</summary>
    /// <param name="inputs">Everything the rules are made from. Callers hand over in the order in which inputs came about.</param>
    /// <param name="stop">Given up when this is cancelled.</param>
    /// <returns>What was written; empty when newer inputs were in force already.</returns>
    /// <exception cref="RulesException">The kernel or its tool refused.</exception>
    public async Task<RuleChanges> ApplyAsync(RuleInputs inputs, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        long number;
        lock (order)
        {
            last = inputs;
            number = ++handedOver;
        }

        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return inForce >= number ? default : await ApplyNewestAsync(stop).ConfigureAwait(false);
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
            if (last is null || inForce == 0)
            {
                return default;
            }

            doubted = true;
            var written = await ApplyNewestAsync(stop).ConfigureAwait(false);
            if (!written.IsEmpty)
            {
                statistics = statistics with { Repaired = statistics.Repaired + 1 };
                log.Repaired(written.Added, written.Removed, written.Replaced);
            }

            return written;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Mends what others change: a rule set that is gone at once, the rest within <see cref="Sweep"/>.</summary>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        var looked = time.GetTimestamp();
        var suspicious = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var sweep = Sweep * Pace.Of(applied?.Underlay.Length ?? 0);
                var changed = await HearsOfChangeAsync((suspicious ? Look : sweep) - time.GetElapsedTime(looked), stop).ConfigureAwait(false);
                suspicious |= changed;
                var due = time.GetElapsedTime(looked) >= (suspicious ? Look : sweep);
                if (!due && (!changed || await IsInPlaceAsync(stop).ConfigureAwait(false)))
                {
                    await Task.Delay(Glance, time, stop).ConfigureAwait(false);
                    continue;
                }

                suspicious = false;
                looked = time.GetTimestamp();
                await RepairAsync(stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is RulesException or IOException)
            {
                statistics = statistics with { Failed = statistics.Failed + 1 };
                log.RepairFailed(Sweep, e);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Packets and bytes counted at each step of the way.</summary>
    public IReadOnlyList<RuleCounter> ReadCounters() => backend.ReadCounters();

    /// <inheritdoc />
    public void Dispose()
    {
        backend.Dispose();
        groups.Dispose();
        turn.Dispose();
    }

    private async Task<bool> HearsOfChangeAsync(TimeSpan limit, CancellationToken stop)
    {
        if (limit <= TimeSpan.Zero)
        {
            return false;
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var timer = time.CreateTimer(_ => limited.Cancel(), null, limit, Timeout.InfiniteTimeSpan);
        try
        {
            await backend.WaitForOthersAsync(limited.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> IsInPlaceAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return backend.IsInPlace();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<RuleChanges> ApplyNewestAsync(CancellationToken stop)
    {
        RuleInputs inputs;
        long number;
        lock (order)
        {
            (inputs, number) = (last!, handedOver);
        }

        try
        {
            var written = await ApplyInOrderAsync(inputs, stop).ConfigureAwait(false);
            inForce = number;
            statistics = statistics.With(written);
            Say(written);
            return written;
        }
        catch
        {
            // What is in the kernel now is no longer sure.
            inspected = false;
            throw;
        }
    }

    private async Task<RuleChanges> ApplyInOrderAsync(RuleInputs inputs, CancellationToken stop)
    {
        var anew = doubted || !inspected;
        if (!inspected || (doubted && !backend.IsAsLeft()))
        {
            // After a flush the kernel has forgotten the names, the veths still carry the numbers: our own memory goes first.
            var found = backend.Inspect();
            names ??= found.Workloads;
            inspected = true;
        }

        doubted = false;
        var actual = groups.Read(anew);
        var numbers = GroupNumbers.Assign(inputs.Table.Destinations.Select(d => d.Workload), names!, actual.Values);
        var desired = RuleCompilation.Compile(inputs, numbers);
        var moves = RuleCompilation
            .GroupsOf(inputs, numbers)
            .Where(wanted => actual.TryGetValue(wanted.Key, out var group) && group != wanted.Value)
            .ToList();
        var wanted = desired.Workloads.ToImmutableSortedDictionary(workload => workload.Group, workload => GroupNumbers.NameOf(workload.Workload));
        names = names!.SetItems(wanted);

        var first = moves.Count > 0 ? WithGroupsInUse(desired, actual.Values) : desired;
        var written = await backend.ApplyAsync(first, stop).ConfigureAwait(false);
        groups.Move(moves);
        if (!ReferenceEquals(first, desired))
        {
            written = written.Then(await backend.ApplyAsync(desired, stop).ConfigureAwait(false));
        }

        applied = desired;
        names = wanted;
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
        var kept = applied.Workloads.Where(workload => keep.Contains(workload.Group)).ToList();
        return kept.Count == 0 ? desired : Both(desired, applied) with { Workloads = [.. desired.Workloads, .. kept] };
    }

    /// <summary>While old and new workloads stand side by side, what is said of tags may let neither in where it would not have: the stricter holds.</summary>
    private static RuleState Both(RuleState desired, RuleState applied) =>
        desired with
        {
            RestrictedTags = [.. desired.RestrictedTags.Union(applied.RestrictedTags).Order()],
            AcquaintedTags = [.. desired.AcquaintedTags.Intersect(applied.AcquaintedTags).Order()],
            KnownTags = desired.KnownTags.IsEmpty ? applied.KnownTags : desired.KnownTags,
        };

    private void Say(RuleChanges written)
    {
        if (written.Replaced is { } reason)
        {
            log.Loaded(reason, written.Added);
        }
        else if (!written.IsEmpty)
        {
            log.Written(written.Added, written.Removed);
        }
    }
}
