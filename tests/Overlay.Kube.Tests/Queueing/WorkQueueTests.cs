using System.Collections.Concurrent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Overlay.Kube.Queueing;

namespace Overlay.Kube.Tests.Queueing;

public sealed class WorkQueueTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_added_many_times_is_worked_on_once()
    {
        using var queue = new WorkQueue<string>(time: _time);
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");

        (await queue.TakeAsync(Cancel)).Should().Be("a");
        (await queue.TakeAsync(Cancel)).Should().Be("b");
        queue.Count.Should().Be(0);
    }

    [Fact]
    public async Task A_key_in_work_comes_back_after_it_and_not_to_a_second_worker()
    {
        using var queue = new WorkQueue<string>(time: _time);
        queue.Add("a");
        await queue.TakeAsync(Cancel);
        queue.Add("a");
        queue.Add("a");

        queue.Count.Should().Be(0);
        queue.Done("a");
        queue.Count.Should().Be(1);
        await queue.TakeAsync(Cancel);
        queue.Done("a");
        queue.Count.Should().Be(0);
    }

    [Fact]
    public void A_delayed_key_comes_at_its_time_and_the_earliest_time_counts()
    {
        using var queue = new WorkQueue<string>(time: _time);
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(3));
        queue.AddAfter("a", TimeSpan.FromSeconds(7));
        queue.AddAfter("b", TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(2.9));
        queue.Count.Should().Be(0);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        queue.Count.Should().Be(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        queue.Count.Should().Be(2);
        _time.Advance(TimeSpan.FromSeconds(60));
        queue.Count.Should().Be(2, "the later times of a were dropped");
    }

    [Fact]
    public void Failures_in_a_row_wait_longer_and_success_starts_anew()
    {
        using var queue = new WorkQueue<string>(new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)), _time);

        var waits = Enumerable.Range(0, 6).Select(_ => queue.Retry("a").TotalSeconds).ToArray();
        queue.Forget("a");

        double[] longest = [1, 2, 4, 8, 8, 8];
        waits.Zip(longest).Should().OnlyContain(p => p.First >= p.Second / 2 && p.First <= p.Second);
        queue.Retry("a").Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        queue.Retry("b").Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(1), "each key counts its own failures");
    }

    [Fact]
    public async Task Shutting_down_wakes_the_workers_and_takes_nothing_in()
    {
        using var queue = new WorkQueue<string>(time: _time);
        var waiting = queue.TakeAsync(Cancel).AsTask();

        queue.ShutDown();
        queue.Add("a");
        queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        queue.Count.Should().Be(0);
    }

    [Fact]
    public async Task Disposing_it_lets_waiting_workers_go()
    {
        for (var i = 0; i < 200; i++)
        {
            var queue = new WorkQueue<string>(time: _time);
            var waiting = Task.Run(async () => await queue.TakeAsync(Cancel));
            if (i % 2 == 0)
                await Task.Yield();
            queue.Dispose();
            await FluentActions.Awaiting(() => waiting.WaitAsync(TimeSpan.FromSeconds(10))).Should().ThrowAsync<OperationCanceledException>();
        }
    }

    [Fact]
    public async Task Many_workers_never_share_a_key_and_miss_no_change()
    {
        using var queue = new WorkQueue<int>();
        var wanted = new int[20];
        var seen = new int[20];
        var busy = new ConcurrentDictionary<int, bool>();
        var clashes = 0;
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                int key;
                try
                {
                    key = await queue.TakeAsync(Cancel);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                if (!busy.TryAdd(key, true))
                    Interlocked.Increment(ref clashes);
                seen[key] = Volatile.Read(ref wanted[key]);
                await Task.Yield();
                busy.TryRemove(key, out var _);
                queue.Done(key);
            }
        })).ToArray();

        Parallel.For(0, 20_000, i =>
        {
            Interlocked.Increment(ref wanted[i % 20]);
            queue.Add(i % 20);
        });
        await Server.Wait.UntilAsync(() => seen.SequenceEqual(wanted), () => "every key seen in its last state");
        queue.ShutDown();
        await Task.WhenAll(workers);

        clashes.Should().Be(0);
    }

    [Property]
    public bool A_backoff_stays_within_its_bounds(int failures, byte chance)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(5));
        var wait = backoff.Wait(Math.Abs(failures % 1000), chance / 255.0);
        return wait >= TimeSpan.FromMilliseconds(5) && wait <= TimeSpan.FromSeconds(5);
    }
}
