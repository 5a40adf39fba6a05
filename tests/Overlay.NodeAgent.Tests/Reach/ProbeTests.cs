using System.Net;
using System.Net.Sockets;
using Overlay.NodeAgent.Reach;

namespace Overlay.NodeAgent.Tests.Reach;

/// <summary>The two ends of the chart's tests.</summary>
public sealed class ProbeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_greets_is_reached_by_both_families()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var lines = new TaskCompletionSource<string>();
        var serving = ProbeCommand.RunAsync(["serve", "--port", "0"], line => lines.TrySetResult(line), stop.Token);
        var port = (await lines.Task.WaitAsync(Cancel)).Split(' ')[^1];

        foreach (var address in (string[])["127.0.0.1", "::1"])
            (await ConnectAsync(address, port, "allowed")).Should().Be(0);

        (await ConnectAsync("127.0.0.1", port, "denied")).Should().Be(1, "it answers");
        await stop.CancelAsync();
        (await serving).Should().Be(0);
    }

    [Fact]
    public async Task What_is_sent_must_come_back_whole_and_a_silent_client_keeps_nobody_out()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var lines = new TaskCompletionSource<string>();
        var serving = ProbeCommand.RunAsync(["serve", "--port", "0"], line => lines.TrySetResult(line), stop.Token);
        var port = (await lines.Task.WaitAsync(Cancel)).Split(' ')[^1];

        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), Cancel);
        (await ConnectAsync("127.0.0.1", port, "allowed", bytes: "1000000")).Should().Be(0);
        await stop.CancelAsync();
        await serving;
    }

    [Theory]
    [InlineData("overlay\n", true, "*it greets, but only 0 of 100 bytes came back*large packets are lost*")]
    [InlineData("overlay\n", false, "*it closed after 0 of 100 bytes*")]
    [InlineData("overlay\nwrong", true, "*byte 0 of 100 came back changed*")]
    [InlineData("", false, "*it closed without a greeting*")]
    public async Task A_server_that_greets_and_sends_back_otherwise_is_told_of(string says, bool stays, string complaint)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var client = await listener.AcceptSocketAsync(Cancel);
                await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(says), Cancel);
                client.Shutdown(stays ? SocketShutdown.Receive : SocketShutdown.Send);
                var rest = new byte[1024];
                while (!stays && await client.ReceiveAsync(rest, Cancel) > 0)
                    rest.Initialize();
                if (stays)
                    await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
            },
            Cancel);
        var told = new List<string>();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var exit = await ProbeCommand.RunAsync(["connect", "--address", "127.0.0.1", "--port", port, "--bytes", "100", "--within", "0"], told.Add, Cancel);
        exit.Should().Be(1);
        told.Should().ContainSingle().Which.Should().Match(complaint);
        await serving;
    }

    [Fact]
    public async Task A_port_that_nobody_serves_counts_as_denied()
    {
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)held.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        (await ConnectAsync("127.0.0.1", port, "denied", within: "30")).Should().Be(0);
        (await ConnectAsync("127.0.0.1", port, "allowed")).Should().Be(1);
    }

    [Fact]
    public void One_failure_is_no_denial()
    {
        var judge = new ReachJudge(Expectation.Denied);
        bool[] tries = [false, false, true, false, false, false];
        tries.Select(judge.Note).Should().Equal(false, false, false, false, false, true);
    }

    [Theory]
    [InlineData("--address is missing", "connect", "--port", "1")]
    [InlineData("--expect", "connect", "--address", "::1", "--expect", "perhaps")]
    [InlineData("--address is \"$(OVERLAY_TEST_SERVER_SERVICE_HOST)\"", "connect", "--address", "$(OVERLAY_TEST_SERVER_SERVICE_HOST)")]
    [InlineData("--bytes is \"2000000\": at most", "connect", "--address", "::1", "--bytes", "2000000")]
    [InlineData("serve or connect", "dance")]
    public async Task What_is_wrong_is_named(string complaint, params string[] arguments) =>
        await ((Func<Task>)(() => ProbeCommand.RunAsync(arguments, _ => { }, Cancel))).Should().ThrowAsync<FormatException>().WithMessage($"*{complaint}*");

    private static Task<int> ConnectAsync(string address, string port, string expected, string within = "0.1", string bytes = "0") =>
        ProbeCommand.RunAsync(["connect", "--address", address, "--port", port, "--expect", expected, "--within", within, "--bytes", bytes], _ => { }, Cancel);
}
