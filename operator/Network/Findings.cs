using System.Collections.Concurrent;
using System.Collections.Immutable;
using Overlay.Api.Network;

namespace Overlay.Operator.Network;

/// <summary>What the controllers found, for the network's status. Whoever changes it rings.</summary>
internal sealed class Findings
{
    private readonly ConcurrentDictionary<string, int> _workloadsWithoutTag = new(StringComparer.Ordinal);
    private volatile SubnetFindings _subnets = new();
    private volatile ReadyKeys? _keys;

    /// <summary>Called when something changed, on whatever thread changed it: put a key into a queue.</summary>
    public Action? Changed { get; set; }

    /// <summary>What the subnets' controller found in its last pass.</summary>
    public SubnetFindings Subnets
    {
        get => _subnets;
        set
        {
            if (_subnets != value)
            {
                _subnets = value;
                Changed?.Invoke();
            }
        }
    }

    /// <summary>The label keys whose tags are all there; null: not yet known.</summary>
    public ReadyKeys? Keys
    {
        get => _keys;
        set
        {
            _keys = value;
            Changed?.Invoke();
        }
    }

    /// <summary>How many workloads want a tag and can't have one.</summary>
    public int WorkloadsWithoutTag => _workloadsWithoutTag.Values.Sum();

    /// <summary>Says how many workloads of a namespace want a tag and can't have one.</summary>
    public void TagsShort(string ns, int workloads)
    {
        var before = _workloadsWithoutTag.GetValueOrDefault(ns);
        if (workloads == 0)
        {
            _workloadsWithoutTag.TryRemove(ns, out _);
        }
        else
        {
            _workloadsWithoutTag[ns] = workloads;
        }

        if (before != workloads)
        {
            Changed?.Invoke();
        }
    }
}

/// <summary>The label keys in force, once every workload has its tag by them.</summary>
/// <param name="LabelKeys">As <c>status.labelKeys</c> lists them.</param>
internal sealed record ReadyKeys(ImmutableArray<KeyInForce> LabelKeys);

/// <summary>What the subnets' controller found.</summary>
internal sealed record SubnetFindings
{
    /// <summary>How full each pool is.</summary>
    public ImmutableArray<PoolUsage> Usage { get; init; } = [];

    /// <summary>Nodes that want a subnet and can't have one, as <c>node-1 (IPv4)</c>.</summary>
    public ImmutableArray<string> Waiting { get; init; } = [];

    /// <summary>Names of subnets in use that lie in no pool.</summary>
    public ImmutableArray<string> OutsidePools { get; init; } = [];

    /// <inheritdoc />
    public bool Equals(SubnetFindings? other) =>
        other is not null && Usage.SequenceEqual(other.Usage) && Waiting.SequenceEqual(other.Waiting) && OutsidePools.SequenceEqual(other.OutsidePools);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Usage.Length, Waiting.Length, OutsidePools.Length);
}
