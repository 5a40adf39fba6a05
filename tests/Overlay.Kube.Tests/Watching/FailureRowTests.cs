using Overlay.Kube.Entities;
using Overlay.Kube.Watching;

namespace Overlay.Kube.Tests.Watching;

public sealed class FailureRowTests
{
    private static readonly KubernetesException Unreachable = new("watch pods", new Status { Code = 0 });
    private static readonly KubernetesException Gone = new("watch pods", new Status { Code = 410 });
    private static readonly KubernetesException Busy = new("watch pods", new Status { Code = 503 });

    private readonly FailureRow row = new();

    [Fact]
    public void What_fails_again_and_again_is_counted()
    {
        Add(Busy, 5);
        row.Count.Should().Be(5);
    }

    [Fact]
    public void A_server_that_is_back_is_asked_again_at_once_however_long_it_was_away()
    {
        Add(Unreachable, 100);
        Add(Gone);
        row.Count.Should().Be(1);
        Add(Gone);
        row.Count.Should().Be(2, "it may not be well yet");
    }

    [Fact]
    public void A_watch_that_told_something_begins_the_row_anew_and_one_that_lived_ends_it()
    {
        Add(Busy, 5);
        row.Add(Unreachable, lived: false, heard: true);
        row.Count.Should().Be(1);
        row.Add(null, lived: true, heard: false);
        row.Count.Should().Be(0);
    }

    private void Add(Exception failure, int times = 1)
    {
        for (var i = 0; i < times; i++)
            row.Add(failure, lived: false, heard: false);
    }
}
