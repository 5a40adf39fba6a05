using Overlay.Images.Debian;
using Overlay.Images.Elf;
using Overlay.Images.Layers;

namespace Overlay.Images.Tests;

public sealed class LayerPlanTests : IDisposable
{
    private const string Program = "/usr/bin/env";
    private static readonly Architecture Here = Architecture.Parse("amd64");
    private readonly PackagesFolder packages = new();

    [Fact]
    public void A_program_brings_the_libraries_that_it_loads_each_with_its_licence_and_record()
    {
        packages.Add("coreutils", ("bin/env", Program)).Add("libc6", Libraries());
        var layer = Plan("usr/bin/env");
        layer.Packages.Select(package => package.Name).Should().Equal("coreutils", "libc6");
        Paths(layer)
            .Should()
            .Contain(
                [
                    "usr/bin/env",
                    "usr/lib/x86_64-linux-gnu/libc.so.6",
                    "usr/share/doc/libc6/copyright",
                    "var/lib/dpkg/status.d/coreutils",
                    "var/lib/dpkg/status.d/libc6",
                ]
            );
    }

    [Fact]
    public void A_library_that_no_package_has_is_told_with_the_program_that_loads_it()
    {
        packages.Add("coreutils", ("usr/bin/env", Program));
        var planning = () => Plan("usr/bin/env");
        planning.Should().Throw<ImageException>().WithMessage("/usr/bin/env loads *, which no package of images/debian.lock has*");
    }

    [Fact]
    public void A_link_brings_what_it_links_to()
    {
        packages.Add("x", ("usr/lib/x86_64-linux-gnu/libx.so.1", "-> libx.so.1.2"), ("usr/lib/x86_64-linux-gnu/libx.so.1.2", "text"));
        var layer = Plan("usr/lib/*/libx.so.1");
        Paths(layer).Should().Contain(["usr/lib/x86_64-linux-gnu/libx.so.1", "usr/lib/x86_64-linux-gnu/libx.so.1.2"]);
    }

    [Fact]
    public void An_absolute_link_into_lib_leads_to_usr_lib()
    {
        packages.Add("libc6", ("lib64/ld.so.2", "-> /lib/x86_64-linux-gnu/ld.so.2"), ("lib/x86_64-linux-gnu/ld.so.2", "text"));
        Paths(Plan("usr/lib64/ld.so.2")).Should().Contain(["usr/lib64/ld.so.2", "usr/lib/x86_64-linux-gnu/ld.so.2"]);
    }

    [Fact]
    public void What_a_lower_layer_holds_is_not_put_in_again()
    {
        packages.Add("coreutils", ("usr/bin/env", Program)).Add("libc6", Libraries());
        var below = Plan("usr/lib/*/libc.so.6");
        var above = Plan("usr/bin/env", below);
        Paths(above).Should().NotContain(Paths(below));
        above.Packages.Select(package => package.Name).Should().Equal("coreutils");
    }

    [Fact]
    public void A_file_that_no_package_has_is_refused_by_name()
    {
        packages.Add("x");
        var planning = () => Plan("usr/sbin/none");
        planning.Should().Throw<ImageException>().WithMessage("*usr/sbin/none*");
    }

    public void Dispose() => packages.Dispose();

    private LayerPlan Plan(string pattern, params LayerPlan[] below) =>
        LayerPlan.Of("test", [new FileRequest.Packaged(pattern)], "/", DebianTree.Read(packages.Path), Here, below);

    private static IEnumerable<string> Paths(LayerPlan layer) => layer.Entries.Select(entry => entry.Path);

    /// <summary>All that the program loads, as one package would have it: the loader by two names.</summary>
    private static (string Path, string Source)[] Libraries() =>
        [
            ("lib64/ld-linux-x86-64.so.2", "-> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
            ("lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "text"),
            .. ElfNeeds
                .Of(File.ReadAllBytes(Program))
                .Where(name => !name.Contains("ld-linux", StringComparison.Ordinal))
                .Select(name => ($"lib/x86_64-linux-gnu/{name}", $"/lib/x86_64-linux-gnu/{name}")),
        ];
}
