using Overlay.Images.Elf;

namespace Overlay.Images.Tests;

public sealed class ElfNeedsTests
{
    [Fact]
    public void A_program_needs_its_loader_and_its_libraries() =>
        ElfNeeds.Of(File.ReadAllBytes("/usr/bin/env")).Should().Contain("libc.so.6").And.Contain(name => name.StartsWith("/lib", StringComparison.Ordinal) && name.Contains("/ld-linux"));

    [Fact]
    public void A_script_needs_nothing() => ElfNeeds.Of("#!/bin/sh\n"u8).Should().BeEmpty();

    [Fact]
    public void Nothing_needs_nothing() => ElfNeeds.Of([]).Should().BeEmpty();
}
