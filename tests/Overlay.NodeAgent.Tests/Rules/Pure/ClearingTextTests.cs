using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

public sealed class ClearingTextTests
{
    private static readonly TableName Table = NftablesBackend.Table;
    private static readonly string Text = SkeletonText.Of(SkeletonSource.Of(new RuleState { Settings = new RuleSettings() }));

    [Fact]
    public void Hooked_chains_stay_so_that_no_packet_meets_two_of_them() =>
        ClearingText.Of(Table, Text, [Chain("prerouting", NfHook.PreRouting), Chain("judge", null)], [], []).Should().Be("flush table inet overlay\ndelete chain inet overlay judge\n");

    [Fact]
    public void A_hooked_chain_that_is_not_ours_goes() =>
        ClearingText.Of(Table, Text, [Chain("pre", NfHook.PreRouting)], [], []).Should().Contain("delete chain inet overlay pre\n");

    [Fact]
    public void Sets_are_made_anew_and_anonymous_ones_go_with_their_rules() =>
        ClearingText.Of(Table, Text, [], [Set("open", NfSetFlags.None), Set("senders4", NfSetFlags.Map), Set("__set0", NfSetFlags.None)], [])
            .Should().Be("flush table inet overlay\ndelete set inet overlay open\ndelete map inet overlay senders4\n");

    [Fact]
    public void Counters_go_on_but_unknown_ones() =>
        ClearingText.Of(Table, Text, [], [], ["denied", "of_old"]).Should().Be("flush table inet overlay\ndelete counter inet overlay of_old\n");

    private static NfChain Chain(string name, NfHook? hook) => new() { Table = Table, Name = name, Hook = hook };

    private static NfSet Set(string name, NfSetFlags flags) => new() { Table = Table, Name = name, Flags = flags };
}
