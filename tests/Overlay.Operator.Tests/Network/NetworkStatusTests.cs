using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Operator.Network;

namespace Overlay.Operator.Tests.Network;

public sealed class NetworkStatusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tags_used_up_are_told_with_what_to_do()
    {
        var findings = new Findings();
        findings.TagsShort("shop", 3);
        findings.TagsShort("bank", 2);
        var status = Of(Network(), findings);
        Condition(status, "TagsExhausted").Should().Match<Condition>(c => c.Status == "True" && c.Message.StartsWith("5 workloads have no tag") && c.Message.Contains("nftables"));
        Condition(status, "Ready").Status.Should().Be("False");
        findings.TagsShort("shop", 0);
        findings.TagsShort("bank", 0);
        Condition(Of(Network(), findings), "Ready").Status.Should().Be("True");
    }

    [Fact]
    public void A_network_that_slipped_in_under_another_name_is_told_that_it_is_not_used()
    {
        var stray = Network() with { Metadata = new ObjectMeta { Name = "second", Generation = 1 } };
        NetworkStatus.OfStray(stray, Noon).Conditions.Single().Should().Match<Condition>(c => c.Type == "Ready" && c.Status == "False" && c.Reason == "WrongName");
    }

    [Fact]
    public void A_conditions_time_is_that_of_its_last_change_and_what_says_the_same_is_not_written()
    {
        var findings = new Findings();
        var network = Network();
        network = network with { Status = Of(network, findings) };
        var later = NetworkStatus.Of(network, PoolReview.Of(network.Spec.Pools), findings, Noon.AddHours(1));
        NetworkStatus.Same(network.Status, later).Should().BeTrue();
        Condition(later, "Ready").LastTransitionTime.Should().Be(Noon);

        findings.Subnets = new SubnetFindings { Waiting = ["node-1 (IPv4)"] };
        later = NetworkStatus.Of(network, PoolReview.Of(network.Spec.Pools), findings, Noon.AddHours(1));
        NetworkStatus.Same(network.Status, later).Should().BeFalse();
        Condition(later, "Ready").LastTransitionTime.Should().Be(Noon.AddHours(1));
        Condition(later, "PoolsValid").LastTransitionTime.Should().Be(Noon);
    }

    private static OverlayNetwork Network() => new()
    {
        Metadata = new ObjectMeta { Name = "default", Generation = 1 },
        Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] },
    };

    private static OverlayNetworkStatus Of(OverlayNetwork network, Findings findings) =>
        NetworkStatus.Of(network, PoolReview.Of(network.Spec.Pools), findings, Noon);

    private static Condition Condition(OverlayNetworkStatus status, string type) => status.Conditions.Single(c => c.Type == type);
}
