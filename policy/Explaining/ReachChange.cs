using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>What a change of policies gives and takes between two ends.</summary>
/// <param name="From">Who asks: pods by name, or <c>outside</c>.</param>
/// <param name="To">Who answers: pods by name, or <c>outside</c>.</param>
/// <param name="Gained">What was denied before and is allowed after, as <c>TCP 80: shop/front ingress[0]</c>.</param>
/// <param name="Lost">What was allowed before and is denied after, as <c>TCP 80</c>.</param>
public sealed record ReachChange(ImmutableArray<string> From, ImmutableArray<string> To, ImmutableArray<string> Gained, ImmutableArray<string> Lost);

/// <summary>Compares who may reach whom before and after a change of policies. Pure.</summary>
public static class ReachChanges
{
    private static readonly ImmutableArray<string> s_outside = ["outside"];

    /// <summary>The pairs that gain or lose something, sorted by name. Pods that neither state tells apart are one end.</summary>
    /// <param name="before">The state before.</param>
    /// <param name="after">The state after; its pods must be the same.</param>
    public static ImmutableArray<ReachChange> Between(PolicyInputs before, PolicyInputs after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (was, willBe) = (new Reachability(before), new Reachability(after));
        var classes = before
            .Pods.GroupBy(pod => (was.WorkloadOf(pod.Uid), willBe.WorkloadOf(pod.Uid)))
            .Select(pods => new PodClass([.. pods.OrderBy(pod => pod.Name.ToString(), StringComparer.Ordinal)]))
            .OrderBy(pods => pods.Names[0], StringComparer.Ordinal)
            .ToList();
        var changes = ImmutableArray.CreateBuilder<ReachChange>();
        foreach (var from in classes)
        {
            foreach (var to in classes.Where(to => !ReferenceEquals(from, to) || from.Pods.Length > 1))
            {
                Add(changes, from.Names, to.Names, Pair(was, from, to), Pair(willBe, from, to));
            }

            AddLines(changes, from.Names, s_outside, was.ToOutside(from.Uid), willBe.ToOutside(from.Uid));
            AddLines(changes, s_outside, from.Names, was.FromOutside(from.Uid), willBe.FromOutside(from.Uid));
        }

        return changes.ToImmutable();
    }

    private static ImmutableArray<PortEntry> Pair(Reachability state, PodClass from, PodClass to)
    {
        var target = ReferenceEquals(from, to) ? to.Pods[1] : to.Pods[0];
        var address = from.Pods[0].Addresses.IsDefaultOrEmpty ? null : from.Pods[0].Addresses[0];
        return state.Between(from.Uid, address, target.Uid);
    }

    private static void Add(
        ImmutableArray<ReachChange>.Builder changes,
        ImmutableArray<string> from,
        ImmutableArray<string> to,
        ImmutableArray<PortEntry> before,
        ImmutableArray<PortEntry> after
    )
    {
        if (PortEntries.Same(before, after))
        {
            return;
        }

        var gained = PortEntries.Except(after, before);
        var lost = PortEntries.Except(before, after);
        changes.Add(
            new ReachChange(
                from,
                to,
                [.. gained.Select(entry => PortText.Of(entry.Protocol, entry.PortsOrAll) + (entry.Because.Rules.IsEmpty ? "" : $": {entry.Because}"))],
                [.. lost.Select(entry => PortText.Of(entry.Protocol, entry.PortsOrAll))]
            )
        );
    }

    private static void AddLines(
        ImmutableArray<ReachChange>.Builder changes,
        ImmutableArray<string> from,
        ImmutableArray<string> to,
        IEnumerable<string> before,
        IEnumerable<string> after
    )
    {
        var (had, has) = (before.ToList(), after.ToList());
        ImmutableArray<string> gained = [.. has.Except(had, StringComparer.Ordinal)];
        ImmutableArray<string> lost = [.. had.Except(has, StringComparer.Ordinal)];
        if (gained.Length + lost.Length > 0)
        {
            changes.Add(new ReachChange(from, to, gained, lost));
        }
    }

    /// <summary>Pods that neither state tells apart.</summary>
    private sealed record PodClass(ImmutableArray<LocalPod> Pods)
    {
        public ImmutableArray<string> Names { get; } = [.. Pods.Select(pod => pod.Name.ToString())];

        public string Uid => Pods[0].Uid;
    }
}
