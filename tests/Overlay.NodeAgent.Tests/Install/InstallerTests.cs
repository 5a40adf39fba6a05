using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Overlay.NodeAgent.Install;

namespace Overlay.NodeAgent.Tests.Install;

/// <summary>Plugin and configuration on a node's disk.</summary>
public sealed class InstallerTests : IDisposable
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("ovt-install-");
    private InstallOptions _options;
    private bool _ready = true;

    public InstallerTests()
    {
        _options = new(At("bin"), At("net.d"), At("plugin"), "10-overlay.conflist", "/run/overlay/agent.sock", "/var/lib/overlay/cni-tombstones");
        File.WriteAllText(_options.PluginFile, "version one");
    }

    public void Dispose() => _disk.Delete(recursive: true);

    [Fact]
    public void Nothing_is_written_before_the_node_is_ready()
    {
        _ready = false;
        var installer = Make();
        installer.Pass();
        (Directory.Exists(_options.BinDirectory), Directory.Exists(_options.ConfDirectory)).Should().Be((false, false));
        installer.Problem.Should().Contain("last");
        _ready = true;
        installer.Pass();
        installer.Problem.Should().BeNull();
        File.GetUnixFileMode(_options.InstalledPlugin).Should().HaveFlag(UnixFileMode.OtherExecute);
        File.GetUnixFileMode(_options.InstalledConf).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_options.ConfDirectory).Should().ContainSingle("nothing unfinished may lie about");
    }

    [Fact]
    public async Task A_node_that_becomes_ready_has_them_at_once()
    {
        var time = new FakeTimeProvider();
        _ready = false;
        var installer = new Installer(_options, () => _ready, time, NullLogger<Installer>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = installer.RunAsync(stop.Token);
        _ready = true;
        for (var tenths = 0; tenths < 19 && installer.Problem is not null; tenths++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        installer.Problem.Should().BeNull();
        await stop.CancelAsync();
        await run;
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("changed")]
    [InlineData("emptied")]
    public void What_somebody_did_to_them_is_undone(string what)
    {
        var installer = Make();
        installer.Pass();
        var conf = File.ReadAllText(_options.InstalledConf);
        foreach (var path in (string[])[_options.InstalledPlugin, _options.InstalledConf])
        {
            if (what is "deleted")
                File.Delete(path);
            else
                File.WriteAllText(path, what is "changed" ? "version oni" : "");
        }

        installer.Pass();
        File.ReadAllText(_options.InstalledPlugin).Should().Be("version one");
        File.ReadAllText(_options.InstalledConf).Should().Be(conf);
    }

    [Fact]
    public void A_plugin_that_is_not_executable_is_mended()
    {
        var installer = Make();
        installer.Pass();
        File.SetUnixFileMode(_options.InstalledPlugin, UnixFileMode.UserRead);
        installer.Pass();
        File.GetUnixFileMode(_options.InstalledPlugin).Should().HaveFlag(UnixFileMode.UserExecute);
    }

    [Fact]
    public void An_upgrade_replaces_the_plugin_and_spares_who_runs_it()
    {
        Make().Pass();
        using var running = File.OpenRead(_options.InstalledPlugin);
        File.WriteAllText(_options.PluginFile, "version two");
        Make().Pass();
        File.ReadAllText(_options.InstalledPlugin).Should().Be("version two");
        new StreamReader(running).ReadToEnd().Should().Be("version one", "the file that a process was started from stays as it was");
    }

    [Fact]
    public void An_agent_that_is_not_ready_leaves_what_is_installed()
    {
        Make().Pass();
        _ready = false;
        var next = Make();
        next.Pass();
        next.Problem.Should().BeNull();
        File.Exists(_options.InstalledConf).Should().BeTrue();
    }

    [Fact]
    public void Others_files_are_told_about_and_not_touched()
    {
        Directory.CreateDirectory(_options.ConfDirectory);
        var foreign = Path.Combine(_options.ConfDirectory, "05-other.conflist");
        File.WriteAllText(foreign, """{"name":"other","plugins":[{"type":"bridge"}]}""");
        var installer = Make();
        installer.Pass();
        File.ReadAllText(foreign).Should().Contain("bridge");
        var finding = installer.Findings.Should().ContainSingle().Which;
        (finding.Reason, finding.Text.Contains("05-other.conflist", StringComparison.Ordinal)).Should().Be(("OtherNetworkInUse", true));
        File.Delete(foreign);
        installer.Pass();
        installer.Findings.Should().BeEmpty();
    }

    [Fact]
    public void Under_a_new_name_the_former_file_goes_and_an_administrators_stays()
    {
        Make().Pass();
        File.WriteAllText(Path.Combine(_options.ConfDirectory, "20-mine.conflist"), """{"name":"mine","plugins":[{"type":"overlay"}]}""");
        new Installer(_options with { ConfName = "05-overlay.conflist" }, () => true, TimeProvider.System, NullLogger<Installer>.Instance).Pass();
        Directory.GetFiles(_options.ConfDirectory).Select(Path.GetFileName).Should().BeEquivalentTo("05-overlay.conflist", "20-mine.conflist");
    }

    [Theory]
    [InlineData("bin", "--cni-bin-dir")]
    [InlineData("net.d", "--cni-conf-dir")]
    public void A_directory_that_can_not_be_written_is_told_with_its_cure(string which, string cure)
    {
        File.WriteAllText(At(which), "a file in the directory's place, as root may write read-only directories");
        var installer = Make();
        installer.Pass();
        installer.Findings.Should().Contain(f => f.Reason == "PluginNotInstalled" && f.Text.Contains(cure, StringComparison.Ordinal));
        installer.Problem.Should().Contain(At(which));
    }

    [Fact]
    public void A_missing_plugin_is_told_and_no_configuration_leads_to_it()
    {
        File.Delete(_options.PluginFile);
        var installer = Make();
        installer.Pass();
        installer.Problem.Should().Contain("--cni-plugin");
        Directory.Exists(_options.ConfDirectory).Should().BeFalse();
    }

    [Fact]
    public void Loopback_is_installed_where_there_is_none_and_again_when_it_is_deleted()
    {
        var loopback = GiveLoopback();
        var installer = Make();
        installer.Pass();
        File.ReadAllText(loopback.Installed).Should().Be("loopback one");
        File.GetUnixFileMode(loopback.Installed).Should().HaveFlag(UnixFileMode.OtherExecute);
        loopback.IsOurs.Should().BeTrue();
        File.Delete(loopback.Installed);
        installer.Pass();
        File.ReadAllText(loopback.Installed).Should().Be("loopback one");
        Directory.GetFiles(_options.BinDirectory).Should().HaveCount(2, "nothing unfinished may lie about");
    }

    [Fact]
    public void Loopback_of_another_is_not_touched_nor_taken_for_ours()
    {
        var loopback = GiveLoopback();
        Directory.CreateDirectory(_options.BinDirectory);
        File.WriteAllText(loopback.Installed, "somebody else's");
        Make().Pass();
        (File.ReadAllText(loopback.Installed), loopback.IsOurs).Should().Be(("somebody else's", false));
    }

    [Fact]
    public void Loopback_that_somebody_replaced_is_theirs()
    {
        var loopback = GiveLoopback();
        Make().Pass();
        File.WriteAllText(loopback.Installed, "somebody else's");
        Make().Pass();
        (File.ReadAllText(loopback.Installed), loopback.IsOurs).Should().Be(("somebody else's", false));
    }

    [Fact]
    public void Loopback_by_a_link_that_leads_nowhere_here_is_anothers()
    {
        var loopback = GiveLoopback();
        Directory.CreateDirectory(_options.BinDirectory);
        File.CreateSymbolicLink(loopback.Installed, "/of-the-host/loopback"); // the agent sees the host's folder, not what is around it
        Make().Pass();
        new FileInfo(loopback.Installed).LinkTarget.Should().Be("/of-the-host/loopback");
    }

    [Fact]
    public void A_missing_loopback_is_told_and_the_network_is_there_all_the_same()
    {
        var loopback = GiveLoopback();
        File.Delete(_options.LoopbackFile!);
        var installer = Make();
        installer.Pass();
        installer.Findings.Should().ContainSingle().Which.Text.Should().Contain("--cni-loopback");
        (installer.Problem, File.Exists(loopback.Installed)).Should().Be((null, false));
    }

    private Loopback GiveLoopback()
    {
        _options = _options with { LoopbackFile = At("loopback"), LoopbackRecord = At("loopback-installed") };
        File.WriteAllText(_options.LoopbackFile, "loopback one");
        return new Loopback(_options.LoopbackFile, _options.BinDirectory, _options.LoopbackRecord);
    }

    private string At(string name) => Path.Combine(_disk.FullName, name);

    private Installer Make() => new(_options, () => _ready, TimeProvider.System, NullLogger<Installer>.Instance);
}
