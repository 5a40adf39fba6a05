namespace Overlay.Netlink.Tests.Kernel;

public sealed class NamespaceTests : IDisposable
{
    private readonly TemporaryNamespace node = new();

    [Fact]
    public void A_named_namespace_is_the_one_that_iproute2_sees()
    {
        NetworkNamespace.Names().Should().Contain(node.Name);
        node.Routes.CreateBridge(new BridgeDevice { Name = "witness" });
        Command.Run(node, "", "ip", "-o", "link").Should().Contain("witness");
    }

    [Fact]
    public void A_taken_name_is_refused_and_stays() =>
        FluentActions.Invoking(() => NetworkNamespace.Create(node.Name)).Should().Throw<NetlinkException>().Which.IsExisting.Should().BeTrue();

    [Fact]
    public void A_name_can_be_removed_twice()
    {
        using var other = new TemporaryNamespace();
        NetworkNamespace.Delete(other.Name).Should().BeTrue();
        NetworkNamespace.Delete(other.Name).Should().BeFalse();
        other.Routes.Links().Should().NotBeEmpty("a socket inside keeps the namespace");
    }

    [Fact]
    public void A_path_that_is_gone_or_no_namespace_is_refused()
    {
        FluentActions.Invoking(() => NetworkNamespace.Open("/var/run/netns/ovt-nowhere")).Should().Throw<NetlinkException>()
            .Which.Should().Match<NetlinkException>(e => e.IsMissing && e.Message.Contains("/var/run/netns/ovt-nowhere"));
        using var file = NetworkNamespace.Open("/dev/null");
        FluentActions.Invoking(() => file.Run(() => 1)).Should().Throw<NetlinkException>().Which.Errno.Should().Be(Errno.EINVAL);
    }

    [Fact]
    public void A_process_namespace_is_found_by_its_id()
    {
        using var ours = NetworkNamespace.OfProcess(Environment.ProcessId);
        Identity(ours).Should().Be(Identity(null)).And.NotBe(Identity(node.Namespace));
    }

    [Fact]
    public void What_runs_inside_is_inside_and_its_exception_comes_out()
    {
        node.Namespace.Run(() => Thread.CurrentThread.IsThreadPoolThread).Should().BeFalse();
        FluentActions.Invoking(() => node.Namespace.Run(() => throw new InvalidDataException("inside"))).Should().Throw<InvalidDataException>().WithMessage("inside");
        FluentActions.Invoking(() => { _ = node.Namespace.Run(() => Task.CompletedTask); }).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Many_at_once_never_mix()
    {
        using var other = new TemporaryNamespace();
        string[] expected = [Identity(node.Namespace), Identity(other.Namespace)];
        var seen = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() =>
        {
            var inside = i % 2 == 0 ? node.Namespace : other.Namespace;
            return inside.Run(() => Nested(inside, depth: i % 3));
        })));
        seen.Where((_, i) => i % 2 == 0).Should().OnlyContain(id => id == expected[0]);
        seen.Where((_, i) => i % 2 == 1).Should().OnlyContain(id => id == expected[1]);

        // Each thread went home before it was given to the next.
        var here = Identity(null);
        (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Identity(null))))).Should().OnlyContain(id => id == here);
    }

    [Fact]
    public void A_setting_is_written_inside_only()
    {
        node.Namespace.WriteSetting("ipv4/ip_forward", "1").Should().BeTrue();
        node.Namespace.Run(() => File.ReadAllText("/proc/sys/net/ipv4/ip_forward").Trim()).Should().Be("1");
        node.Namespace.WriteSetting("ipv6/conf/no-such-device/accept_ra", "0").Should().BeFalse();
    }

    public void Dispose() => node.Dispose();

    private static string Nested(NetworkNamespace inside, int depth) => depth == 0 ? Identity() : inside.Run(() => Nested(inside, depth - 1));

    private static string Identity(NetworkNamespace? inside) => inside is null ? Identity() : inside.Run(Identity);

    private static string Identity() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name;
}
