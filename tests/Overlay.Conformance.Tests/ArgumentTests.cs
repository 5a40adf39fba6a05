namespace Overlay.Conformance.Tests;

/// <summary>The command line; an empty value is none, as make passes it.</summary>
public class ArgumentTests
{
    [Fact]
    public void Without_values_all_cases_of_the_repository_are_judged_by_the_tables()
    {
        var read = RunArguments.Parse(["--cases", "", "--mode", "", "--backend", "", "--only", ""]);

        read.Should().Be(new RunArguments());
        read.Mode.Should().Be(RunMode.Pure);
        Directory.Exists(read.Cases).Should().BeTrue();
        read.Wants("cyc-001").Should().BeTrue();
    }

    [Fact]
    public void Only_is_a_glob_of_ids()
    {
        var read = RunArguments.Parse(["--only", "edge-0?1*"]);

        read.Wants("edge-071").Should().BeTrue();
        read.Wants("edge-072").Should().BeFalse();
        read.Wants("Edge-071").Should().BeFalse();
    }

    [Theory]
    [InlineData("--mode", "dry", "MODE is 'dry'")]
    [InlineData("--backend", "ebpf", "BACKEND is 'ebpf'")]
    [InlineData("--modes", "pure", "no argument '--modes'")]
    public void What_is_unknown_is_refused(string name, string value, string said) =>
        FluentActions.Invoking(() => RunArguments.Parse([name, value])).Should().Throw<FormatException>().WithMessage($"*{said}*");

    [Fact]
    public void A_missing_value_is_refused() =>
        FluentActions.Invoking(() => RunArguments.Parse(["--mode"])).Should().Throw<FormatException>().WithMessage("--mode needs a value*");
}
