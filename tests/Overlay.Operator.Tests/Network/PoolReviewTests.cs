using Overlay.Api.Network;
using Overlay.Operator.Network;

namespace Overlay.Operator.Tests.Network;

public sealed class PoolReviewTests
{
    [Theory]
    [InlineData("10.255.0.0/33", 24, "not a network's CIDR")]
    [InlineData("10.255.0.1/16", 24, "not a network's CIDR")]
    [InlineData("10.255.0.0/25", 24, "smaller than one node's /24")]
    [InlineData("10.255.0.0/16", 31, "no room for a VTEP and pods")]
    [InlineData("fd00::/16", 64, "more than 16777216")]
    public void A_pool_that_makes_no_sense_is_not_used_and_told(string cidr, int nodePrefixLength, string problem)
    {
        var review = PoolReview.Of([new AddressPool(cidr, nodePrefixLength)]);
        review.Usable.Should().BeEmpty();
        review.Problems.Should().ContainSingle().Which.Should().Contain(cidr).And.Contain(problem);
    }

    [Fact]
    public void Of_overlapping_pools_the_first_is_used_and_the_other_told()
    {
        var review = PoolReview.Of([new AddressPool("10.255.0.0/16", 24), new AddressPool("10.255.128.0/17", 24), new AddressPool("10.254.0.0/16", 24)]);
        review.Usable.Select(p => p.Network.ToString()).Should().Equal("10.255.0.0/16", "10.254.0.0/16");
        review.Overlapping.Should().BeTrue();
        review.Problems.Should().ContainSingle().Which.Should().Contain("10.255.128.0/17").And.Contain("10.255.0.0/16").And.Contain("disjoint");
    }
}
