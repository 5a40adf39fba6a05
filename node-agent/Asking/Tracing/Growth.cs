using System.Collections.Immutable;
using Overlay.Asking.Answers;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Asking.Tracing;

/// <summary>By how much counters grow between two looks.</summary>
internal sealed class Growth(NodeRules rules)
{
    private readonly Dictionary<string, RuleCounter> _before = rules.ReadCounters().ToDictionary(counter => counter.Name, StringComparer.Ordinal);

    /// <summary>Those that grew since.</summary>
    public ImmutableArray<CounterAnswer> Since() =>
        [
            .. rules.ReadCounters()
                .Select(now => (now.Name, Before: _before.GetValueOrDefault(now.Name), Now: now))
                .Select(pair => new CounterAnswer(pair.Name, pair.Now.Packets - pair.Before.Packets, pair.Now.Bytes - pair.Before.Bytes))
                .Where(counter => counter.Packets > 0),
        ];
}
