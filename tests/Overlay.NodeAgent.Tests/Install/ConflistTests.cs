using System.Text;
using System.Text.Json;
using Overlay.NodeAgent.Install;

namespace Overlay.NodeAgent.Tests.Install;

/// <summary>The file that a container runtime reads.</summary>
public sealed class ConflistTests
{
    private static readonly InstallOptions Usual = new("/opt/cni/bin", "/etc/cni/net.d", "/plugin", "10-overlay.conflist", "/run/overlay/agent.sock", "/var/lib/overlay/cni-tombstones");

    [Fact]
    public void Old_and_new_runtimes_find_a_version_they_speak()
    {
        var json = Read(Usual);
        json.GetProperty("cniVersion").GetString().Should().Be("1.0.0", "a libcni before 1.2 knows nothing else");
        json.GetProperty("cniVersions").EnumerateArray().Select(v => v.GetString()).Should().Equal("0.4.0", "1.0.0", "1.1.0");
        json.GetProperty("name").GetString().Should().Be("overlay");
        var plugin = json.GetProperty("plugins").EnumerateArray().Should().ContainSingle().Which;
        plugin.GetProperty("type").GetString().Should().Be("overlay");
        plugin.GetProperty("capabilities").EnumerateObject().Should().OnlyContain(capability => capability.Value.GetBoolean()).And.Contain(capability => capability.NameEquals("portMappings"));
    }

    [Fact]
    public void Usual_paths_are_not_said() => Read(Usual).GetProperty("plugins")[0].EnumerateObject().Select(p => p.Name).Should().NotContain(["socket", "tombstones"]);

    [Fact]
    public void Other_paths_are_told_to_the_plugin()
    {
        var plugin = Read(Usual with { Socket = "/run/other/agent.sock", Tombstones = "/var/lib/other+1/t" }).GetProperty("plugins")[0];
        plugin.GetProperty("socket").GetString().Should().Be("/run/other/agent.sock");
        Encoding.UTF8.GetString(Conflist.Of(Usual with { Tombstones = "/var/lib/other+1/t" })).Should().Contain("\"/var/lib/other+1/t\"", "the plugin reads it without a JSON parser, so nothing may be escaped");
    }

    [Fact]
    public void It_is_known_again() => (Conflist.IsOurs(Conflist.Of(Usual)), Conflist.CallsOverlay(Conflist.Of(Usual))).Should().Be((true, true));

    [Theory]
    [InlineData("""{"name":"mine","plugins":[{"type":"overlay"},{"type":"portmap"}]}""", true)]
    [InlineData("""{"name":"mine","type":"overlay"}""", true)]
    [InlineData("""{"name":"cbr0","plugins":[{"type":"flannel"}]}""", false)]
    [InlineData("""{"name":"overlay","plugins":"overlay"}""", false)]
    [InlineData("[]", false)]
    [InlineData("not JSON", false)]
    public void An_administrators_own_file_is_not_ours_and_may_lead_to_us(string text, bool calls)
    {
        var json = Encoding.UTF8.GetBytes(text);
        (Conflist.IsOurs(json), Conflist.CallsOverlay(json)).Should().Be((false, calls));
    }

    private static JsonElement Read(InstallOptions options) => JsonDocument.Parse(Conflist.Of(options)).RootElement;
}
