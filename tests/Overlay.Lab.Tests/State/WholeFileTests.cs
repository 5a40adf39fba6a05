using Overlay.Lab.State;

namespace Overlay.Lab.Tests.State;

/// <summary>A lab's parts wait for each other's files, a kubeconfig for one, and read them as soon as they are there.</summary>
public sealed class WholeFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ovt-whole-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Whoever_reads_meanwhile_finds_the_old_text_or_the_new_one()
    {
        var path = Path.Combine(folder.FullName, "kubeconfig");
        string[] texts = [new('a', 5000), new('b', 9000)];
        WholeFile.Write(path, texts[0]);
        var writing = Task.Run(
            () =>
            {
                for (var i = 0; i < 2000; i++)
                    WholeFile.Write(path, texts[i % 2]);
            },
            TestContext.Current.CancellationToken);

        while (!writing.IsCompleted)
            texts.Should().Contain(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        await writing;
        folder.GetFiles().Should().ContainSingle("nothing else is left beside it");
    }
}
