using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Properties;

/// <summary>Worlds out of a seed: few names and values, so that policies meet.</summary>
internal sealed class RandomWorld(int seed)
{
    private static readonly string[] s_keys = ["app", "tier", "ver"];
    private static readonly string[] s_values = ["a", "b", "c"];
    private static readonly string[] s_nsKeys = ["team", "env"];

#pragma warning disable CA5394 // Repeatable is what is wanted here, not unguessable.
    private readonly Random _random = new(seed);

    public static readonly (IpProtocol Protocol, int Port)[] Probes =
    [
        (IpProtocol.TCP, 1), (IpProtocol.TCP, 79), (IpProtocol.TCP, 80), (IpProtocol.TCP, 81), (IpProtocol.TCP, 90), (IpProtocol.TCP, 100),
        (IpProtocol.TCP, 65535), (IpProtocol.UDP, 80), (IpProtocol.UDP, 100), (IpProtocol.SCTP, 80),
    ];

    public World Make()
    {
        var world = new World { DefaultAction = Chance(15) ? DefaultAction.Deny : DefaultAction.Allow, WorkloadLabels = Chance(50) ? ["app"] : [] };
        foreach (var ns in (string[])["x", "y", "z"])
        {
            world.Namespace(ns, LabelText(s_nsKeys));
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                world.Pod($"{ns}/p{i}", LabelText(s_keys));
            }
        }

        for (var i = _random.Next(0, 7); i > 0; i--)
        {
            world.Policy(new OverlayPolicy { Metadata = new ObjectMeta { Namespace = Of("x", "y", "z"), Name = $"policy{i}" }, Spec = Spec() });
        }

        return world;
    }

    /// <summary>Tags of a lagging operator: some lack, some record fewer keys, some are at rest.</summary>
    public List<WorkloadTag> LaggingTags(World world)
    {
        var number = 16;
        var tags = new List<WorkloadTag>();
        foreach (var tag in world.PromptTags().Where(_ => Chance(85)))
        {
            var keys = tag.Spec.Keys.Where(_ => Chance(70)).ToImmutableArray();
            tags.Add(World.Tag(number++, tag.Spec.Namespace, keys, tag.Spec.Labels.RemoveRange(tag.Spec.Labels.Keys.Except(keys))));
            if (Chance(40))
            {
                tags.Add(tag with { Spec = tag.Spec with { Tag = number++ }, Status = new() { Phase = Chance(30) ? AllocationPhase.Released : AllocationPhase.Active } });
            }
        }

        return tags;
    }

    private OverlayPolicySpec Spec() =>
        new()
        {
            PodSelector = Selector(s_keys),
            PolicyTypes = _random.Next(4) switch
            {
                0 => null,
                1 => [PolicyType.Ingress],
                2 => [PolicyType.Egress],
                _ => [PolicyType.Ingress, PolicyType.Egress],
            },
            Ingress = Chance(20) ? null : [.. Some(3, () => new IngressRule { From = Peers(), Ports = Ports() })],
            Egress = Chance(20) ? null : [.. Some(3, () => new EgressRule { To = Peers(), Ports = Ports() })],
        };

    private ImmutableArray<PolicyPeer>? Peers() =>
        Chance(15)
            ? null
            : [.. Some(3, () => _random.Next(3) switch
                {
                    0 => new PolicyPeer { PodSelector = Selector(s_keys) },
                    1 => new PolicyPeer { NamespaceSelector = Selector(s_nsKeys) },
                    _ => new PolicyPeer { PodSelector = Selector(s_keys), NamespaceSelector = Selector(s_nsKeys) },
                })];

    private ImmutableArray<PolicyPort>? Ports() =>
        Chance(30)
            ? null
            : [.. Some(4, () => _random.Next(5) switch
                {
                    0 => new PolicyPort { Protocol = Protocol() },
                    1 => new PolicyPort { Protocol = Protocol(), Port = 79, EndPort = 80 },
                    2 => new PolicyPort { Protocol = Protocol(), Port = _random.Next(70, 91), EndPort = _random.Next(91, 101) },
                    3 => new PolicyPort { Port = 1, EndPort = 65535 },
                    _ => new PolicyPort { Protocol = Protocol(), Port = Chance(50) ? 80 : 81 },
                })];

    private LabelSelector Selector(string[] keys) =>
        Chance(25)
            ? new()
            : new()
            {
                MatchLabels = Chance(50) ? ImmutableSortedDictionary<string, string>.Empty.Add(Of(keys), Of(s_values)) : null,
                MatchExpressions = Chance(50) ? [.. Some(2, () => Expression(keys))] : null,
            };

    private LabelSelectorRequirement Expression(string[] keys)
    {
        var op = (LabelOperator)_random.Next(4);
        return new LabelSelectorRequirement(Of(keys), op)
        {
            Values = op is LabelOperator.In or LabelOperator.NotIn ? [Of(s_values), .. Some(1, () => Of(s_values))] : null,
        };
    }

    private string LabelText(string[] keys) => string.Join(',', keys.Where(_ => Chance(70)).Select(key => $"{key}={Of(s_values)}"));

    private PortProtocol Protocol() => (PortProtocol)_random.Next(3);

    private IEnumerable<T> Some<T>(int most, Func<T> make) => Enumerable.Range(0, _random.Next(0, most + 1)).Select(_ => make());

    private T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private bool Chance(int percent) => _random.Next(100) < percent;
}
