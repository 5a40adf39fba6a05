using Overlay.Policy.Tests.Properties;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>Which pairs gain or lose what by a change of policies.</summary>
public class ReachChangesTests
{
    [Fact]
    public void A_new_policy_takes_from_those_it_shuts_out_and_nothing_from_those_it_allows()
    {
        var before = Shop().Inputs();
        var after = Shop().Policy("shop/db", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}").Inputs();
        Text(before, after).Should().Equal(
            "bank/till -> shop/db: loses all",
            "outside -> shop/db: loses outside: all",
            "shop/front -> shop/db: loses ICMP, TCP 0-5431, TCP 5433-65535, UDP, ICMPv6, SCTP, other protocols"
        );
    }

    [Fact]
    public void What_is_gained_is_told_with_the_rule_that_gives_it()
    {
        var isolated = Shop().Policy("shop/db", "{podSelector: {matchLabels: {app: db}}}");
        var before = isolated.Inputs();
        var after = isolated.Policy("shop/in", "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}], ports: [{port: 5432}]}]}").Inputs();
        Text(before, after).Should().Equal("shop/front -> shop/db: gains TCP 5432: shop/in ingress[0]");
    }

    [Fact]
    public void The_way_out_is_told_by_addresses()
    {
        var after = Shop().Policy("shop/front", "{podSelector: {matchLabels: {app: front}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 443}]}, {to: [{namespaceSelector: {}}]}]}").Inputs();
        Text(Shop().Inputs(), after).Should().Equal("shop/front -> outside: gains 192.0.2.0-192.0.2.255: TCP 443, loses outside: all");
    }

    [Fact]
    public void No_change_no_line() => Text(Shop().Inputs(), Shop().Inputs()).Should().BeEmpty();

    [Fact]
    public void Sets_of_ports_agree_with_single_packets()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var world = new RandomWorld(seed).Make();
            var inputs = world.Inputs();
            var reach = new Reachability(inputs);
            var judgement = world.Judge();
            foreach (var question in RandomWorld.Questions(world).Where(q => world.Pods.ContainsKey(q.From) && world.Pods.ContainsKey(q.To)))
            {
                var address = world.AddressOf(question.From, question.Family);
                var within = reach.Between(question.From, address, question.To).Any(entry => entry.Covers(question.Protocol, question.Port));
                if (within != judgement.Verdict(world, question).Allowed)
                {
                    Assert.Fail($"Seed {seed}: {question}: as a set {within}.");
                }
            }
        }
    }

    private static IEnumerable<string> Text(PolicyInputs before, PolicyInputs after) =>
        ReachChanges.Between(before, after)
            .Select(change =>
                $"{string.Join(' ', change.From)} -> {string.Join(' ', change.To)}: "
                + string.Join(", ", new[] { ("gains ", change.Gained), ("loses ", change.Lost) }.Where(part => part.Item2.Length > 0).Select(part => part.Item1 + string.Join(", ", part.Item2)))
            )
            .Order(StringComparer.Ordinal);

    private static World Shop() => new World().Pod("shop/front", "app=front").Pod("shop/db", "app=db").Pod("bank/till", "app=till");
}
