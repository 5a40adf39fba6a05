using Overlay.Netlink.NfTables;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>Tables, chains, rules and counters as nft wrote them.</summary>
public sealed class RulesetTests : IDisposable
{
    private const string Ruleset = """
        table inet overlay {
          counter denied { packets 3 bytes 180 }
          chain forward {
            type filter hook forward priority filter - 10; policy drop;
            meta mark 0x1234 counter packets 7 bytes 420 accept comment "the first"
            jump denied
          }
          chain denied { counter name "denied" drop; }
        }
        table ip other { chain output { type filter hook output priority raw; }; }
        """;

    private static readonly TableName Table = new(NfFamily.Inet, "overlay");

    private readonly TemporaryNamespace node = new();
    private readonly NfTablesSocket tables;

    public RulesetTests()
    {
        tables = NfTablesSocket.Open(node.Namespace);
        Command.Load(node, Ruleset);
    }

    [Fact]
    public void Tables_are_listed()
    {
        tables.Tables().Select(t => t.Name).Should().BeEquivalentTo([Table, new TableName(NfFamily.IPv4, "other")]);
        tables.Commit(new NfTablesBatch().DeleteTable(Table));
        tables.Tables().Should().ContainSingle();
        tables.Rules(Table).Should().BeEmpty();
        tables.Sets(Table).Should().BeEmpty();
    }

    [Fact]
    public void Chains_are_listed_with_hook_priority_and_policy()
    {
        tables.Chains().Should().HaveCount(3);
        var chains = tables.Chains(Table).ToDictionary(c => c.Name, StringComparer.Ordinal);
        chains["forward"].Should().BeEquivalentTo(new { Hook = NfHook.Forward, Priority = -10, Policy = NfVerdict.Drop, Type = "filter" });
        chains["denied"].Should().BeEquivalentTo(new { Hook = (NfHook?)null, Policy = (NfVerdict?)null });
    }

    [Fact]
    public void Rules_are_listed_with_comment_and_counters()
    {
        var rules = tables.Rules(Table, "forward");
        rules.Should().HaveCount(2);
        rules[0].Comment.Should().Be("the first");
        rules[0].Counters.Should().Equal(new Counter(7, 420));
        rules[1].Comment.Should().BeNull();
        tables.Rules(Table).Should().HaveCount(3);
    }

    [Fact]
    public void Expressions_stay_equal_while_counters_move_and_differ_when_the_rule_does()
    {
        var before = tables.Rules(Table, "forward")[0];
        Command.Load(node, "flush chain inet overlay forward\nadd rule inet overlay forward meta mark 0x1234 counter packets 99 bytes 9 accept comment \"the first\"");
        var after = tables.Rules(Table, "forward")[0];
        Command.Load(node, "flush chain inet overlay forward\nadd rule inet overlay forward meta mark 0x1235 counter accept");
        var other = tables.Rules(Table, "forward")[0];

        after.Counters.Should().Equal(new Counter(99, 9));
        after.Expressions.ToArray().Should().Equal(before.Expressions.ToArray());
        other.Expressions.ToArray().Should().NotEqual(before.Expressions.ToArray());
    }

    [Fact]
    public void Named_counters_are_read() =>
        tables.NamedCounters(Table).Should().Equal(new NamedCounter(Table, "denied", new Counter(3, 180)));

    public void Dispose()
    {
        tables.Dispose();
        node.Dispose();
    }
}
