using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Rendering;
using Overlay.Lab.ApiServer.Selectors;

namespace Overlay.Lab.Tests.ApiServer;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal) { ["app"] = "shop", ["tier/x"] = "3", ["empty"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=shop", true)]
    [InlineData("app==shop,tier/x", true)]
    [InlineData("app!=shop", false)]
    [InlineData("other!=shop", true)]
    [InlineData("app in (shop, bank)", true)]
    [InlineData("app notin (shop)", false)]
    [InlineData("other notin (shop)", true)]
    [InlineData("!other", true)]
    [InlineData("!app", false)]
    [InlineData("tier/x>2", true)]
    [InlineData("tier/x<3", false)]
    [InlineData("empty=", true)]
    public void Labels_are_selected(string selector, bool matches) => LabelQuery.Parse(selector).Matches(Labels).Should().Be(matches);

    [Theory]
    [InlineData("app in shop")]
    [InlineData("=x")]
    [InlineData("a b c")]
    public void Nonsense_is_a_bad_request(string selector)
    {
        var parse = () => LabelQuery.Parse(selector);
        parse.Should().Throw<ApiException>().Which.Code.Should().Be(400);
    }

    [Theory]
    [InlineData(5, "5s")]
    [InlineData(119, "119s")]
    [InlineData(125, "2m5s")]
    [InlineData(3600, "60m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData((3 * 3600) + 300, "3h5m")]
    [InlineData(86400, "24h")]
    [InlineData(3 * 86400, "3d")]
    [InlineData(100 * 86400, "100d")]
    public void Ages_read_as_kubectls(int seconds, string shown) => Durations.Human(TimeSpan.FromSeconds(seconds)).Should().Be(shown);
}
