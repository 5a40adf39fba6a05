using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.Policy.Tests.Properties;

/// <summary>Worlds out of a seed: few names and values, so that policies meet. Each seed leaves out some kinds of policies, so that each is alone at times.</summary>
internal sealed class RandomWorld
{
    /// <summary>The node's own address inside the overlay: its packets to pods come from there; nobody is served there.</summary>
    private const string NodeInside = "10.255.9.0";

    private static readonly string[] s_outside = ["203.0.113.5", "198.51.100.7", "192.168.77.11", NodeInside, "2001:db8::5"];

    private static readonly (IpProtocol Protocol, ushort Port)[] s_probes =
    [
        (IpProtocol.TCP, 1), (IpProtocol.TCP, 79), (IpProtocol.TCP, 80), (IpProtocol.TCP, 81), (IpProtocol.TCP, 90), (IpProtocol.TCP, 100),
        (IpProtocol.TCP, 65535), (IpProtocol.UDP, 80), (IpProtocol.UDP, 100), (IpProtocol.SCTP, 80), (IpProtocol.ICMP, 8 << 8), (IpProtocol.ICMP, (3 << 8) | 1),
        (IpProtocol.Other, 0),
    ];

    private readonly Dice _dice;
    private readonly RandomPolicies _policies;

    public RandomWorld(int seed)
    {
        _dice = new Dice(seed);
        _policies = new RandomPolicies(_dice);
    }

    public World Make()
    {
        var world = new World { DefaultAction = _dice.Chance(15) ? DefaultAction.Deny : DefaultAction.Allow, WorkloadLabels = _dice.Chance(50) ? ["app"] : [] };
        var dual = _dice.Chance(25);
        var host = 1;
        foreach (var ns in (string[])["x", "y", "z"])
        {
            world.Namespace(ns, _policies.NamespaceLabels());
            for (var i = _dice.Next(1, 4); i > 0; i--)
            {
                var pod = $"{ns}/p{i}";
                world.Pod(pod, _policies.PodLabels());
                world.Addresses[pod] = [IPAddress.Parse($"10.255.{_dice.Next(1, 4)}.{host}"), .. dual ? [IPAddress.Parse($"fd00:255:{_dice.Next(1, 4)}::{host:x}")] : (IPAddress[])[]];
                world.Ports[pod] = [.. _dice.Some(2, () => new DeclaredPort(_dice.Of("http", "alt"), _dice.Of(IpProtocol.TCP, IpProtocol.UDP), _dice.Of<ushort>(79, 80, 81)))];
                host++;
            }
        }

        world.Nodes.Add(new PolicyNode("n", ImmutableSortedDictionary<string, string>.Empty.Add("env", "a"), [IPAddress.Parse("192.168.77.11")], [IPAddress.Parse(NodeInside)]));
        AddPolicies(world);
        return world;
    }

    /// <summary>Every question that can be asked of a world.</summary>
    public static IEnumerable<Question> Questions(World world)
    {
        var ends = world.Pods.Keys.Concat(s_outside).ToList();
        return from source in ends
            from destination in ends
            where (world.Pods.ContainsKey(source) || world.Pods.ContainsKey(destination)) && destination != NodeInside
            from family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]
            where Has(world, source, family) && Has(world, destination, family)
            from probe in s_probes
            select new Question(source, destination, probe.Protocol, probe.Port, family);
    }

    /// <summary>Tags of a lagging operator: some lack, some record fewer keys, some are at rest.</summary>
    public List<WorkloadTag> LaggingTags(World world)
    {
        var number = 16;
        var tags = new List<WorkloadTag>();
        foreach (var tag in world.PromptTags().Where(_ => _dice.Chance(85)))
        {
            var keys = tag.Spec.Keys.Where(_ => _dice.Chance(70)).ToImmutableArray();
            tags.Add(World.Tag(number++, tag.Spec.Namespace, keys, tag.Spec.Labels.RemoveRange(tag.Spec.Labels.Keys.Except(keys))));
            if (_dice.Chance(40))
            {
                tags.Add(tag with { Spec = tag.Spec with { Tag = number++ }, Status = new() { Phase = _dice.Chance(30) ? AllocationPhase.Released : AllocationPhase.Active } });
            }
        }

        return tags;
    }

    private static bool Has(World world, string end, AddressFamily family) => world.AddressOf(end, family)?.AddressFamily == family;

    private void AddPolicies(World world)
    {
        var (own, namespaced, cluster) = (_dice.Chance(60), _dice.Chance(60), _dice.Chance(60));
        for (var i = _dice.Next(0, 7); i > 0; i--)
        {
            var metadata = new ObjectMeta { Namespace = _dice.Of("x", "y", "z"), Name = $"policy{i}" };
            switch (_dice.Next(3))
            {
                case 0 when own:
                    world.Policies[metadata.Key.ToString()] = new OverlayPolicy { Metadata = metadata, Spec = _policies.Own() };
                    break;
                case 1 when namespaced:
                    world.NetworkPolicies[metadata.Key.ToString()] = new NetworkPolicy { Metadata = metadata, Spec = _policies.Namespaced() };
                    break;
                case 2 when cluster:
                    world.ClusterPolicies[metadata.Name] = new ClusterNetworkPolicy { Metadata = metadata with { Namespace = null }, Spec = _policies.Cluster() };
                    break;
            }
        }
    }
}
