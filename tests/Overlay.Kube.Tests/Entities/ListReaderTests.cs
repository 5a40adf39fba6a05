using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Entities;

public sealed class ListReaderTests
{
    private static readonly EntityParser<Namespace> Parser = new(CoreJson.Default.Namespace, null);

    [Property(MaxTest = 200)]
    public void Reads_the_same_however_the_text_is_cut(byte count, ushort size, int seed)
    {
        var items = Enumerable.Range(0, count % 20).Select(i => Json.Namespace($"n{i}", i + 1, new string('é', size % 5000))).ToArray();
        var text = $$"""{ "extra": {"deep":[1,{"items":[]}]}, {{Json.Page(77, "more", items)[1..]}}""" + "\n";
        var taken = new List<string>();
        using var reader = new ListReader<Namespace>(Parser, n => taken.Add(n.Metadata.Name));
        using var stream = new Dribble(Encoding.UTF8.GetBytes(text), new Random(seed));

        while (reader.ReadAsync(stream, CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
        }

        taken.Should().Equal(items.Select((_, i) => $"n{i}"));
        reader.Meta.Should().Be(new WireListMeta("77", "more"));
    }

    [Fact]
    public async Task A_list_of_null_items_is_empty()
    {
        var taken = 0;
        using var reader = new ListReader<Namespace>(Parser, _ => taken++);
        using var stream = new MemoryStream("""{"items":null,"metadata":{"resourceVersion":"5"}}"""u8.ToArray());

        while (await reader.ReadAsync(stream, CancellationToken.None))
        {
        }

        (taken, reader.Meta.ResourceVersion).Should().Be((0, "5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"items":[{"metadata":{}}""")]
    [InlineData("""{"items":[null]}""")]
    [InlineData("<html>")]
    public async Task What_is_no_list_is_refused(string text)
    {
        using var reader = new ListReader<Namespace>(Parser, _ => { });
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        await FluentActions.Awaiting(async () =>
        {
            while (await reader.ReadAsync(stream, CancellationToken.None))
            {
            }
        }).Should().ThrowAsync<JsonException>();
    }

    /// <summary>Gives its bytes in pieces of any size.</summary>
    private sealed class Dribble(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 700))], cancellationToken);
    }
}
