using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Kube.Core;
using Overlay.Operator.Agents;
using Overlay.Operator.Workloads;

namespace Overlay.Operator.Tests.Workloads;

/// <summary>One namespace, three agents and an operator made of the pure parts alone.</summary>
internal sealed class TagWorld
{
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);
    private static readonly string[] Nodes = ["a", "b", "c"];
    private static readonly string[] Apps = ["front", "back", "db", "job"];
    private static readonly ImmutableArray<string> OneKey = ["app"];
    private static readonly ImmutableArray<string> TwoKeys = ["app", "tier"];

    private readonly Dictionary<string, WorkloadTag> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ulong Applied, Dictionary<int, string> Meaning)> _agents = Nodes.ToDictionary(
        n => n, _ => (0UL, new Dictionary<int, string>()), StringComparer.Ordinal);

    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private ulong _version = 1;
    private ImmutableArray<string> _keys = OneKey;

    /// <summary>Numbers that an agent takes for another workload than the one they are given to.</summary>
    public List<string> Misread { get; } = [];

    public int Tags => _tags.Count;

    public bool EveryWorkloadIsServed => _pods.Where(p => p.Value > 0).All(p =>
        _tags.Values.Any(t => !TagPlan.IsReleased(t) && TagPlan.HasKeys(t, _keys) && t.Spec.Labels["app"] == p.Key));

    public void Step(int what, byte which)
    {
        var app = Apps[which % Apps.Length];
        switch (what)
        {
            case 0:
                _pods[app] = _pods.GetValueOrDefault(app) + 1;
                break;
            case 1:
                _pods[app] = Math.Max(0, _pods.GetValueOrDefault(app) - 1);
                break;
            case 2:
                _now += TimeSpan.FromMinutes(which);
                break;
            case 3 or 4:
                Hear(Nodes[which % Nodes.Length]);
                break;
            default:
                _keys = which % 2 == 0 ? OneKey : TwoKeys;
                break;
        }
    }

    /// <summary>All pods go, one of another workload comes.</summary>
    public void Rename(string app)
    {
        _pods.Clear();
        _pods[app] = 1;
    }

    public void HearAll() => HearAllBut("");

    public void HearAllBut(string node)
    {
        foreach (var other in Nodes.Where(n => n != node))
        {
            Hear(other);
        }
    }

    /// <summary>One pass of the operator.</summary>
    public void Operate()
    {
        var agents = new AgentReports(Nodes, _agents.Select(a => Lease(a.Key, a.Value.Applied)));
        foreach (var (name, _) in _tags.Where(t => RestingTags.HasRested(t.Value, agents, Rest, _now)).ToArray())
        {
            _version++;
            _tags.Remove(name);
        }

        var plan = TagPlan.Of("shop", _keys, Pods(), _tags.Values, moved: true);
        foreach (var tag in plan.Revivals)
        {
            Put(tag with { Status = new WorkloadTagStatus() });
        }

        foreach (var tag in plan.Releases)
        {
            Put(tag with { Status = new WorkloadTagStatus { Phase = AllocationPhase.Released, ReleasedAt = _now } });
        }

        var numbers = new TagAllocator();
        foreach (var tag in _tags.Values)
        {
            numbers.Occupy(tag.Spec.Tag);
        }

        foreach (var spec in plan.Missing)
        {
            var number = numbers.Take(wide: false)!.Value.Value;
            Put(new WorkloadTag { Metadata = new ObjectMeta { Name = TagName.Of(number) }, Spec = spec with { Tag = number } });
        }

        Misread.AddRange(
            from tag in _tags.Values
            from agent in _agents
            where agent.Value.Meaning.TryGetValue(tag.Spec.Tag, out var meaning) && meaning != Workload(tag)
            select $"{agent.Key} takes {tag.Spec.Tag} for {agent.Value.Meaning[tag.Spec.Tag]}, it is {Workload(tag)}");
    }

    /// <summary>An agent catches up: it forgets released tags, learns active ones, and acknowledges.</summary>
    private void Hear(string node) => _agents[node] =
        (_version, _tags.Values.Where(t => !TagPlan.IsReleased(t)).ToDictionary(t => t.Spec.Tag, Workload));

    private IEnumerable<IReadOnlyDictionary<string, string>> Pods() => _pods.SelectMany(p => Enumerable.Repeat(
        (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["app"] = p.Key,
            ["tier"] = "t",
            ["pod-template-hash"] = "x",
        },
        p.Value));

    private void Put(WorkloadTag tag)
    {
        _version++;
        _tags[tag.Metadata.Name] = tag with { Metadata = tag.Metadata with { ResourceVersion = _version.ToString(CultureInfo.InvariantCulture) } };
    }

    private static string Workload(WorkloadTag tag) => string.Join(',', tag.Spec.Keys) + ":" + string.Join(',', tag.Spec.Labels);

    private static Lease Lease(string node, ulong applied) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = AgentLease.NameOf(node),
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add(
                AgentLease.AppliedTagsAnnotation, applied.ToString(CultureInfo.InvariantCulture)),
        },
    };
}
