using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>What a selector selects, with labels known in full and in part.</summary>
public class SelectorTests
{
    [Theory]
    [InlineData("app=front", true)]
    [InlineData("app=front,tier=web", true)]
    [InlineData("app=back", false)]
    [InlineData("", false)]
    public void MatchLabels_asks_for_exactly_this_value(string labels, bool selected) =>
        Compile("matchLabels: {app: front}").Selects(Labels.Of(labels)).Should().Be(selected);

    [Theory]
    [InlineData("In", "[a, b]", "app=a", true)]
    [InlineData("In", "[a, b]", "app=c", false)]
    [InlineData("In", "[a, b]", "", false)]
    [InlineData("NotIn", "[a, b]", "app=a", false)]
    [InlineData("NotIn", "[a, b]", "app=c", true)]
    [InlineData("NotIn", "[a, b]", "", true)]
    [InlineData("Exists", "[]", "app=", true)]
    [InlineData("Exists", "[]", "", false)]
    [InlineData("DoesNotExist", "[]", "app=a", false)]
    [InlineData("DoesNotExist", "[]", "", true)]
    public void A_missing_key_satisfies_NotIn_and_DoesNotExist(string op, string values, string labels, bool selected) =>
        Compile($"matchExpressions: [{{key: app, operator: {op}, values: {values}}}]").Selects(Labels.Of(labels)).Should().Be(selected);

    [Fact]
    public void All_requirements_must_be_met()
    {
        var selector = Compile("{matchLabels: {app: a}, matchExpressions: [{key: tier, operator: Exists}]}");
        selector.Selects(Labels.Of("app=a,tier=x")).Should().BeTrue();
        selector.Selects(Labels.Of("app=a")).Should().BeFalse();
    }

    [Fact]
    public void The_empty_selector_selects_everything() => Compile("{}").Selects(Labels.Of("")).Should().BeTrue();

    [Theory]
    [InlineData("In", "[a]")]
    [InlineData("NotIn", "[a]")]
    [InlineData("Exists", "[]")]
    [InlineData("DoesNotExist", "[]")]
    public void A_key_that_the_tag_does_not_record_is_unknown_for_every_operator(string op, string values) =>
        Compile($"matchExpressions: [{{key: tier, operator: {op}, values: {values}}}]").Judge(Tag("app", "app=a")).Should().Be(Match.Unknown);

    [Theory]
    [InlineData("app=a", "matchExpressions: [{key: app, operator: DoesNotExist}]", nameof(Match.No))]
    [InlineData("", "matchExpressions: [{key: app, operator: DoesNotExist}]", nameof(Match.Yes))]
    [InlineData("", "matchExpressions: [{key: app, operator: NotIn, values: [a]}]", nameof(Match.Yes))]
    [InlineData("app=b", "matchLabels: {app: b}", nameof(Match.Yes))]
    public void A_key_recorded_as_absent_is_known_to_be_missing(string labels, string selector, string match) =>
        Compile(selector).Judge(Tag("app", labels)).ToString().Should().Be(match);

    [Fact]
    public void One_requirement_that_fails_for_sure_outweighs_unknown_ones()
    {
        var selector = Compile("{matchLabels: {app: a, tier: web}}");
        selector.Judge(Tag("app", "app=b")).Should().Be(Match.No);
        selector.Judge(Tag("app", "app=a")).Should().Be(Match.Unknown);
        selector.Judge(Tag("app,tier", "app=a,tier=web")).Should().Be(Match.Yes);
    }

    [Fact]
    public void Everything_is_selected_by_the_empty_selector_even_where_nothing_is_recorded() =>
        Compile("{}").Judge(Tag("", "")).Should().Be(Match.Yes);

    [Fact]
    public void Selectors_that_ask_for_the_same_are_equal_however_they_are_written()
    {
        var a = Selector.Of(Yaml.Read<LabelSelector>("{matchLabels: {app: a}, matchExpressions: [{key: t, operator: In, values: [y, x]}]}"));
        var b = Selector.Of(Yaml.Read<LabelSelector>("{matchExpressions: [{key: t, operator: In, values: [x, y, x]}, {key: app, operator: In, values: [a]}]}"));
        b.Should().Be(a);
        b.GetHashCode().Should().Be(a.GetHashCode());
    }

    private static Selector Compile(string yaml) => Selector.Of(Yaml.Read<LabelSelector>(yaml));

    private static KnownTag Tag(string keys, string labels) =>
        new(new Tag(16), "x", keys.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray(), Labels.Of(labels), active: true);
}
