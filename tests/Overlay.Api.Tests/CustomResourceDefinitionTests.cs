using Overlay.CrdsGenerator;

namespace Overlay.Api.Tests;

public sealed class CustomResourceDefinitionTests
{
    public static TheoryData<string> Files => [.. CustomResourceDefinitions.All().Select(d => d.FileName)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_crds_holds_is_what_the_types_say(string file)
    {
        using var committed = GetType().Assembly.GetManifestResourceStream(file);
        committed.Should().NotBeNull($"crds/{file} should exist: run `make crds`");
        using var reader = new StreamReader(committed!);
        reader.ReadToEnd().Should().Be(
            CustomResourceDefinitions.All().Single(d => d.FileName == file).Yaml, "crds/ is generated from api/: run `make crds`");
    }

    [Fact]
    public void Nothing_else_lies_in_crds() =>
        GetType().Assembly.GetManifestResourceNames().Should().BeEquivalentTo(CustomResourceDefinitions.All().Select(d => d.FileName));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_field_is_described(string file)
    {
        var lines = CustomResourceDefinitions.All().Single(d => d.FileName == file).Yaml.Split('\n');
        var inSchema = lines.SkipWhile(l => !l.Contains("openAPIV3Schema:", StringComparison.Ordinal)).ToArray();
        inSchema.Should().Contain(l => l.TrimStart().StartsWith("description:", StringComparison.Ordinal));
        inSchema.Should().NotContain(l => l.Contains("$ref", StringComparison.Ordinal), "structural schemas hold no references");
    }
}
