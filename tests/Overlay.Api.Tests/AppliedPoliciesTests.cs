using Overlay.Api.Nodes;

namespace Overlay.Api.Tests;

/// <summary>What an agent's Lease says of the policies in force.</summary>
public class AppliedPoliciesTests
{
    [Fact]
    public void Each_kind_has_a_version_of_its_own()
    {
        var applied = AppliedPolicies.None.With("overlaypolicies", 30).With("networkpolicies", 12).With("clusternetworkpolicies", null);
        applied.ToString().Should().Be("networkpolicies=12,overlaypolicies=30");
        AppliedPolicies.Parse(applied.ToString()).Versions.Should().Equal(applied.Versions);
    }

    [Theory]
    [InlineData("30", true)]
    [InlineData("9", true)]
    [InlineData("31", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-1", false)]
    public void A_policy_of_a_version_up_to_the_highest_is_in_force(string? version, bool holds) =>
        AppliedPolicies.Parse("networkpolicies=12,overlaypolicies=30").Hold("overlaypolicies", version).Should().Be(holds);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("overlaypolicies")]
    [InlineData("overlaypolicies=much")]
    [InlineData("networkpolicies=99")]
    public void What_is_not_told_is_not_in_force(string? annotation) => AppliedPolicies.Parse(annotation).Hold("overlaypolicies", "1").Should().BeFalse();
}
