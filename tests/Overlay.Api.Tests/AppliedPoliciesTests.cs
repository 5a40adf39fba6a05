using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Api.Tests;

/// <summary>What an agent's Lease says of the policies in force.</summary>
public class AppliedPoliciesTests
{
    [Fact]
    public void Each_kind_has_its_highest_version()
    {
        var applied = AppliedPolicies.Of([Own("7"), Own("30"), Own("9")], [new NetworkPolicy { Metadata = new ObjectMeta { Name = "n", ResourceVersion = "12" } }], []);
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

    private static OverlayPolicy Own(string version) => new() { Metadata = new ObjectMeta { Name = "p", ResourceVersion = version } };
}
