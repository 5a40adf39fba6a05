using Overlay.NodeAgent.Install;

namespace Overlay.NodeAgent.Tests.Install;

/// <summary>Which of several configurations the runtime takes.</summary>
public sealed class OtherNetworkTests
{
    private const string Ours = "10-overlay.conflist";

    [Fact]
    public void Alone_there_is_nothing_to_tell() => OtherNetwork.Among([(Ours, true)], Ours).Should().BeEmpty();

    [Fact]
    public void A_lower_name_wins_and_a_higher_one_does_not() =>
        OtherNetwork.Among([("87-podman.conflist", false), (Ours, true), ("05-cilium.conflist", false), ("10-flannel.conflist", false)], Ours)
            .Should().Equal(new OtherNetwork("05-cilium.conflist", true), new OtherNetwork("10-flannel.conflist", true), new OtherNetwork("87-podman.conflist", false));

    [Fact]
    public void Behind_a_chain_that_calls_Overlay_nobody_wins() =>
        OtherNetwork.Among([("00-mine.conflist", true), ("05-cilium.conflist", false)], Ours).Should().Equal(new OtherNetwork("05-cilium.conflist", false));

    [Fact]
    public void Before_ours_is_there_names_decide_all_the_same() =>
        OtherNetwork.Among([("05-cilium.conflist", false), ("99-loopback.conf", false)], Ours)
            .Should().Equal(new OtherNetwork("05-cilium.conflist", true), new OtherNetwork("99-loopback.conf", false));

    [Theory]
    [InlineData("10-a.conf", true)]
    [InlineData("10-a.conflist", true)]
    [InlineData("10-a.json", true)]
    [InlineData("10-a.conflist.bak", false)]
    [InlineData(".10-overlay.conflist.unfinished", false)]
    public void Only_what_runtimes_read_counts(string name, bool read) => OtherNetwork.IsRead(name).Should().Be(read);
}
