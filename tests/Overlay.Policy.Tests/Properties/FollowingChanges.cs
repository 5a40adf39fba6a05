using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Properties;

/// <summary>A compiler that has followed any changes says what one says that never saw another state.</summary>
public class FollowingChanges
{
    private static readonly int s_histories = int.Parse(Environment.GetEnvironmentVariable("OVERLAY_FUZZ_WORLDS") ?? "50", CultureInfo.InvariantCulture);

    [Fact]
    public void The_table_after_changes_is_the_table_from_nothing()
    {
        for (var seed = 0; seed < s_histories; seed++)
        {
            var dice = new Dice(seed);
            var (compiler, told) = (new TableCompiler(), new TableCompiler());
            var state = new RandomWorld(seed).Make().Inputs();
            told.Follow(Between(new PolicyInputs(), state));
            for (var step = 0; step < 12; step++)
            {
                var before = state;
                state = Change(state, dice, (seed * 100) + step);
                var followed = TableText.Of(compiler.Update(state));
                var anew = TableText.Of(PolicyCompiler.Compile(state));
                var toldOnly = TableText.Of(told.Follow(Between(before, state)));
                if (toldOnly != anew)
                {
                    toldOnly.Should().Be(anew, $"seed {seed}, step {step}, told what changed");
                }

                if (followed != anew)
                {
                    followed.Should().Be(anew, $"seed {seed}, step {step}");
                }
            }
        }
    }

    [Fact]
    public void Destinations_that_a_change_does_not_touch_stay_the_same_objects()
    {
        var world = new World { WorkloadLabels = ["app"] }.Pod("x/a", "app=a").Pod("x/b", "app=b").Pod("y/c", "app=c");
        world.Policy("x/a", "{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}]}]}");
        world.Policy("y/c", "{podSelector: {matchLabels: {app: c}}, ingress: [{from: [{namespaceSelector: {}}]}]}");
        var compiler = new TableCompiler();
        var inputs = world.Inputs();
        var before = compiler.Update(inputs);
        world.Policy("x/a", "{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}], ports: [{port: 80}]}]}");
        var after = compiler.Update(inputs with { Policies = [.. world.Policies.Values] });
        after.Destinations.Select((destination, i) => ReferenceEquals(destination, before.Destinations[i])).Should().Equal(false, true, true);
    }

    [Fact]
    public void A_change_that_fails_halfway_is_not_lost()
    {
        var world = new World { WorkloadLabels = ["app"] }.Pod("x/a", "app=a").Pod("x/b", "app=b");
        var compiler = new TableCompiler();
        compiler.Update(world.Inputs());
        world.Policy("x/a", "{podSelector: {matchLabels: {app: a}}}");
        var inputs = world.Inputs();
        FluentActions.Invoking(() => compiler.Update(inputs with { Pods = default })).Should().Throw<Exception>();
        TableText.Of(compiler.Update(inputs)).Should().Be(TableText.Of(PolicyCompiler.Compile(inputs)));
    }

    /// <summary>What somebody tells who hears of each change.</summary>
    private static InputChanges Between(PolicyInputs before, PolicyInputs now)
    {
        var (old, next) = (Policies(before), Policies(now));
        var policies = old.Keys.Union(next.Keys).Where(name => !ReferenceEquals(old.GetValueOrDefault(name), next.GetValueOrDefault(name))).Select(name => new PolicyChange(name, next.GetValueOrDefault(name)));
        var tags = before.Tags.Except(now.Tags).Select(tag => new TagChange(tag, null)).Concat(now.Tags.Except(before.Tags).Select(tag => new TagChange(null, tag)));
        return new InputChanges([.. policies], [.. tags], new PolicySurroundings(now.Namespaces, now.Nodes, now.Pods, now.WorkloadLabels, now.DefaultAction));

        static Dictionary<PolicyName, IEntity> Policies(PolicyInputs inputs) =>
            inputs.Policies.Select(policy => (PolicyKind.OverlayPolicy, (IEntity)policy))
                .Concat(inputs.NetworkPolicies.Select(policy => (PolicyKind.NetworkPolicy, (IEntity)policy)))
                .Concat(inputs.ClusterPolicies.Select(policy => (PolicyKind.ClusterNetworkPolicy, (IEntity)policy)))
                .ToDictionary(policy => new PolicyName(policy.Item1, policy.Item2.Metadata.Key), policy => policy.Item2);
    }

    /// <summary>One change of one kind, as an API server would tell of it: a new object for what changed, the same objects for the rest.</summary>
    private static PolicyInputs Change(PolicyInputs state, Dice dice, int seed)
    {
        var other = new RandomWorld(seed).Make();
        var inputs = other.Inputs();
        switch (dice.Next(9))
        {
            case 0:
                return state with { Policies = Some(state.Policies, inputs.Policies, dice) };
            case 1:
                return state with { NetworkPolicies = Some(state.NetworkPolicies, inputs.NetworkPolicies, dice) };
            case 2:
                return state with { ClusterPolicies = Some(state.ClusterPolicies, inputs.ClusterPolicies, dice) };
            case 3:
                var taken = dice.Of(inputs.Namespaces.ToArray());
                return state with { Namespaces = [.. state.Namespaces.Where(ns => ns.Name != taken.Name), .. dice.Chance(80) ? [taken] : (PolicyNamespace[])[]] };
            case 4:
                return state with { Tags = [.. state.Tags.Where(_ => dice.Chance(80)), .. dice.Some(2, () => dice.Of(inputs.Tags.ToArray())).Where(tag => state.Tags.All(has => has.Spec.Tag != tag.Spec.Tag)).DistinctBy(tag => tag.Spec.Tag)] };
            case 5:
                return state with { Tags = inputs.Tags };
            case 6:
                return state with { Pods = [.. state.Pods.Where(_ => dice.Chance(70)), .. inputs.Pods.Where(pod => state.Pods.All(has => has.Uid != pod.Uid)).Where(_ => dice.Chance(50))] };
            case 7:
                return state with { Pods = inputs.Pods, Nodes = dice.Chance(50) ? [] : inputs.Nodes };
            default:
                return state with { DefaultAction = dice.Chance(30) ? DefaultAction.Deny : DefaultAction.Allow };
        }
    }

    private static ImmutableArray<T> Some<T>(ImmutableArray<T> now, ImmutableArray<T> others, Dice dice)
        where T : IEntity
    {
        var come = others.Where(_ => dice.Chance(60)).ToList();
        return [.. now.Where(_ => dice.Chance(80)).Where(has => come.All(policy => policy.Metadata.Key != has.Metadata.Key)), .. come];
    }
}
