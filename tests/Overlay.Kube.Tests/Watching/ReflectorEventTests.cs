using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Watching;

/// <summary>Fault 21: events twice, late, out of order, in pieces. Whatever happens, the final state is the same.</summary>
public sealed class ReflectorEventTests
{
    [Fact]
    public async Task Duplicate_and_reordered_events_lead_to_the_same_state()
    {
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3), Json.Namespace("b", 4)));
                return;
            }

            await answer.BeginAsync();
            string[] events =
            [
                Json.Event("MODIFIED", Json.Namespace("a", 13, "new")),
                Json.Event("MODIFIED", Json.Namespace("a", 12, "old")), // late
                Json.Event("MODIFIED", Json.Namespace("a", 13, "new")), // twice
                Json.Event("DELETED", Json.Namespace("b", 15)),
                Json.Event("MODIFIED", Json.Namespace("b", 14, "ghost")), // late: must not come back
                Json.Event("DELETED", Json.Namespace("b", 15)), // twice
                Json.Event("ADDED", Json.Namespace("c", 17)),
                Json.Event("DELETED", Json.Namespace("c", 16)), // an earlier one of that name
                Json.Event("ADDED", Json.Namespace("a", 3)), // from before the list
                Json.Event("ADDED", Json.Namespace("end", 20)),
            ];
            foreach (var line in events)
                await answer.LineAsync(line);
            await answer.HangAsync();
        });

        await it.UntilAsync("a=new c=x end=x");

        it.Changes.Skip(2).Should().Equal("Updated a new", "Deleted b", "Added c x", "Added end x");
    }

    [Fact]
    public async Task An_event_larger_than_any_buffer_arrives_in_pieces()
    {
        var label = new string('z', 300_000);
        await using var it = new ReflectorHarness(async (request, answer, _) =>
        {
            if (!request.IsWatch)
            {
                await answer.JsonAsync(Json.List(10, Json.Namespace("a", 3, label)));
                return;
            }

            await answer.BeginAsync();
            var text = Json.Event("ADDED", Json.Namespace("b", 11, label)) + "\n" + Json.Event("ADDED", Json.Namespace("c", 12)) + "\n";
            foreach (var piece in text.Chunk(999))
                await answer.ChunkAsync(new string(piece));
            await answer.HangAsync();
        });

        await Wait.UntilAsync(() => it.Find("c") is not null, () => "the last event");
        it.Find("a")!.Metadata.Labels!["l"].Should().HaveLength(label.Length);
        it.Find("b")!.Metadata.Labels!["l"].Should().HaveLength(label.Length);
    }
}
