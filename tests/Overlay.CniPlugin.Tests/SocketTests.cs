using System.Net.Sockets;
using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>The agent's socket is root's alone, and no client can hurt the others.</summary>
public sealed class SocketTests : IAsyncLifetime
{
    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public void It_is_0600_in_0700()
    {
        File.GetUnixFileMode(_node.Socket).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(_node.Socket)!).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Garbage_and_silence_cost_the_others_nothing()
    {
        var silent = new List<Socket>();
        for (var i = 0; i < 50; i++)
            silent.Add(await ConnectAsync());
        using (var garbage = await ConnectAsync())
        {
            await garbage.SendAsync(new byte[100_000], SocketFlags.None);
            await ClosedByAgentAsync(garbage);
        }

        _node.Add(_node.Pod()).Code.Should().Be(0);
        foreach (var client in silent)
            await ClosedByAgentAsync(client);
    }

    [Fact]
    public async Task A_frame_that_says_it_is_huge_is_refused()
    {
        using var client = await ConnectAsync();
        var frame = RequestFrame.Build([], []);
        frame[8] = frame[9] = frame[10] = frame[11] = 0xff;
        await client.SendAsync(frame, SocketFlags.None);
        await ClosedByAgentAsync(client);
    }

    [Fact]
    public async Task An_answer_that_nobody_took_is_undone()
    {
        var pod = _node.Pod();
        using (var client = await ConnectAsync())
        {
            await client.SendAsync(Frame(pod), SocketFlags.None);
            await _node.UntilAsync(() => _node.Veths.Count == 1, TimeSpan.FromSeconds(10), "the pod is wired");
        }

        await _node.UntilAsync(() => _node.Veths.Count == 0, TimeSpan.FromSeconds(10), "the pod is unwired again");
        _node.Add(pod).Code.Should().Be(0);
    }

    [Fact]
    public async Task An_answer_that_was_read_but_not_acknowledged_is_undone()
    {
        var pod = _node.Pod();
        using (var client = await ConnectAsync())
        {
            await client.SendAsync(Frame(pod), SocketFlags.None);
            var answer = new byte[4096];
            var length = await client.ReceiveAsync(answer, SocketFlags.None);
            Encoding.UTF8.GetString(answer, 0, length).Should().Contain("10.255.1.");
        }

        await _node.UntilAsync(() => _node.Veths.Count == 0, TimeSpan.FromSeconds(10), "the pod is unwired again");
    }

    private static byte[] Frame(BedPod pod)
    {
        var variables = string.Concat(NodeBed.Variables("ADD", pod.Container, pod).Select(v => $"{v.Key}={v.Value}\0"));
        return RequestFrame.Build(Encoding.UTF8.GetBytes(variables), """{"cniVersion":"1.1.0","name":"overlay"}"""u8);
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(_node.Socket));
        return client;
    }

    private static async Task ClosedByAgentAsync(Socket client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            (await client.ReceiveAsync(new byte[10], SocketFlags.None, limit.Token)).Should().Be(0);
        }
        catch (SocketException)
        {
            // A reset says it too: bytes of ours were still unread.
        }
    }
}
