using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Leadership;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Leadership;

public sealed class LeaderElectorTests : IAsyncLifetime
{
    private const string Path = "/apis/coordination.k8s.io/v1/namespaces/overlay/leases/operator";
    private static readonly ObjectKey Key = new("overlay", "operator");

    private readonly FakeStore _store = new();
    private readonly ScriptedServer _server;
    private readonly ClusterConnection _connection;
    private readonly List<Candidate> _candidates = [];

    public LeaderElectorTests()
    {
        _server = new ScriptedServer(_store.ServeAsync);
        _connection = new ClusterConnection(new ConnectionSettings { Server = _server.Address });
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in _candidates)
            await candidate.DisposeAsync();
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_lease_is_written_as_client_go_writes_it()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");

        var spec = _store[Path]!["spec"]!;

        spec["holderIdentity"]!.ToString().Should().Be("a");
        spec["leaseDurationSeconds"]!.GetValue<int>().Should().Be(15);
        spec["leaseTransitions"]!.GetValue<int>().Should().Be(0);
        spec["acquireTime"]!.ToString().Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$");
        spec["renewTime"]!.ToString().Should().Be(spec["acquireTime"]!.ToString());
    }

    [Fact]
    public async Task The_leader_renews_and_the_other_waits()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        var b = Stand("b");

        for (var second = 0; second < 60; second++)
        {
            await a.AdvanceAsync(1);
            await b.AdvanceAsync(1);
        }

        a.Elector.IsLeader.Should().BeTrue();
        b.Elector.IsLeader.Should().BeFalse();
        b.Elector.Holder.Should().Be("a");
        a.Terms.Should().Be(1);
    }

    [Fact]
    public async Task A_stopped_leader_does_nothing_more_when_it_goes_on_and_never_acts_beside_its_successor()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        var b = Stand("b");

        // "a" is stopped: nothing of it runs and no timer fires, while the others' time goes on.
        for (var second = 0; second < 40 && !b.Elector.IsLeader; second++)
            await b.AdvanceAsync(1);
        await Wait.UntilAsync(() => b.Elector.IsLeader, () => "b leads");
        var before = a.Token!;
        before.Lost.IsCancellationRequested.Should().BeFalse("nothing has told it");

        // It goes on: its clock has moved, and its first act comes before any of its timers.
        a.Time.JumpWithoutTimers(TimeSpan.FromSeconds(40));
        before.Invoking(t => t.ThrowIfLost()).Should().Throw<LeadershipLostException>();

        await a.AdvanceAsync(1);
        await Wait.UntilAsync(() => a.Ended == 1, () => "a's work has ended");
        a.Elector.IsLeader.Should().BeFalse();
        b.Elector.IsLeader.Should().BeTrue();
        _store[Path]!["spec"]!["leaseTransitions"]!.GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task A_leader_that_can_not_renew_stops_before_another_may_take_over()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        _store.Refuse = request => request.Method == "PUT" ? (503, "ServiceUnavailable") : null;

        for (var second = 0; second < 9; second++)
            await a.AdvanceAsync(1);
        a.Elector.IsLeader.Should().BeTrue();
        await a.AdvanceAsync(2);

        a.Elector.IsLeader.Should().BeFalse("ten seconds have passed, others wait for fifteen");
        await Wait.UntilAsync(() => a.Ended == 1, () => "a's work has ended");
    }

    [Fact]
    public async Task A_leader_that_leaves_gives_the_lease_back_and_the_next_need_not_wait()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        var b = Stand("b");
        await b.AdvanceAsync(1);

        await a.StopAsync();
        _store[Path]!["spec"]!["holderIdentity"]!.ToString().Should().BeEmpty();
        for (var second = 0; second < 4 && !b.Elector.IsLeader; second++)
            await b.AdvanceAsync(1);

        b.Elector.IsLeader.Should().BeTrue();
    }

    [Fact]
    public async Task A_lease_that_is_deleted_is_made_anew()
    {
        var a = Stand("a");
        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        _store.Remove(Path);

        await a.AdvanceAsync(3);

        await Wait.UntilAsync(() => _store[Path] is not null, () => "the lease is there");
        a.Elector.IsLeader.Should().BeTrue();
    }

    [Fact]
    public async Task A_holders_wrong_clock_does_not_matter()
    {
        var other = new EntityClient<Lease>(_connection, CoreJson.Default.Lease);
        await other.CreateAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = Key.Name, Namespace = Key.Namespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = "from-yesterday",
                    LeaseDurationSeconds = 15,
                    RenewTime = DateTimeOffset.UnixEpoch,
                    AcquireTime = DateTimeOffset.UnixEpoch,
                    LeaseTransitions = 4,
                },
            },
            TestContext.Current.CancellationToken);
        var a = Stand("a");

        for (var second = 0; second < 14; second++)
            await a.AdvanceAsync(1);
        a.Elector.IsLeader.Should().BeFalse("its duration has not passed since we first saw it");
        for (var second = 0; second < 5; second++)
            await a.AdvanceAsync(1);

        await Wait.UntilAsync(() => a.Elector.IsLeader, () => "a leads");
        _store[Path]!["spec"]!["leaseTransitions"]!.GetValue<int>().Should().Be(5);
    }

    [Fact]
    public void Times_that_do_not_fit_are_refused()
    {
        var client = new EntityClient<Lease>(_connection, CoreJson.Default.Lease);
        var options = new LeaderElectionOptions { Lease = Key, Identity = "a", RenewDeadline = TimeSpan.FromSeconds(20) };

        FluentActions.Invoking(() => new LeaderElector(client, options)).Should().Throw<ArgumentException>();
    }

    private Candidate Stand(string identity)
    {
        var candidate = new Candidate(new EntityClient<Lease>(_connection, CoreJson.Default.Lease), identity, Key);
        _candidates.Add(candidate);
        return candidate;
    }

    /// <summary>A process that stands for leadership, with a clock of its own.</summary>
    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Candidate(EntityClient<Lease> client, string identity, ObjectKey lease)
        {
            Elector = new LeaderElector(client, new LeaderElectionOptions { Lease = lease, Identity = identity }, time: Time);
            _running = Elector.RunAsync(
                async token =>
                {
                    Token = token;
                    Terms++;
                    try
                    {
                        await Task.Delay(Timeout.Infinite, token.Lost);
                    }
                    finally
                    {
                        Ended++;
                    }
                },
                _stop.Token);
        }

        public SkippingTime Time { get; } = new();

        public LeaderElector Elector { get; }

        public LeadershipToken? Token { get; private set; }

        public int Terms { get; private set; }

        public int Ended { get; private set; }

        /// <summary>Lets time pass, and what it sets going come to rest.</summary>
        public async Task AdvanceAsync(double seconds)
        {
            Time.Advance(TimeSpan.FromSeconds(seconds));
            await Task.Delay(15);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await FluentActions.Awaiting(() => _running).Should().ThrowAsync<OperationCanceledException>();
        }
    }

    /// <summary>A clock that can move without its timers: what a process sees that was stopped.</summary>
    private sealed class SkippingTime : FakeTimeProvider
    {
        private long _skipped;

        public void JumpWithoutTimers(TimeSpan by) => Interlocked.Add(ref _skipped, by.Ticks);

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _skipped);
    }
}
