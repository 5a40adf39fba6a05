using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Asking.Answers;
using Overlay.NodeAgent.Asking;
using Overlay.NodeAgent.Asking.Questions;

namespace Overlay.NodeAgent.Tests.Asking;

/// <summary>The door for questions: root's alone, bounded, and nobody who asks can hurt the agent.</summary>
public sealed partial class AskServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("ovt-ask-");
    private readonly CancellationTokenSource stop = new();
    private readonly Endless endless = new();
    private AskServer server = null!;
    private Task running = Task.CompletedTask;

    private string Path => System.IO.Path.Combine(directory.FullName, "run", AskServer.SocketName);

    public ValueTask InitializeAsync()
    {
        server = new AskServer(Path, [new VersionQuestion("n1"), new Broken(), endless], TimeProvider.System, NullLogger<AskServer>.Instance);
        server.Listen();
        running = server.RunAsync(stop.Token);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        server.Dispose();
        stop.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_question_is_answered() =>
        (await AskAsync("version")).Should().Be((0, $$"""{"version":"{{AgentVersion.Text}}","node":"n1"}""" + "\n", ""));

    [Fact]
    public async Task A_word_that_is_no_question_names_those_that_are()
    {
        var (code, output, errors) = await AskAsync("nonsense", "x");
        (code, output).Should().Be((1, ""));
        errors.Should().Contain("no question 'nonsense'").And.Contain("version (the agent's version");
    }

    [Fact]
    public async Task A_question_that_fails_says_why_and_the_next_is_answered()
    {
        (await AskAsync("broken")).Should().Be((1, "", "out of order\n"));
        (await AskAsync("version")).Code.Should().Be(0);
    }

    [Fact]
    public void It_is_0600_in_0700()
    {
        File.GetUnixFileMode(Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A socket handed into a pod by mistake, with its modes wide open, still answers root alone.</summary>
    [Fact]
    public async Task Who_is_not_root_gets_nothing_even_where_the_modes_would_let_him()
    {
        File.SetUnixFileMode(directory.FullName, (UnixFileMode)511);
        File.SetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!, (UnixFileMode)511);
        File.SetUnixFileMode(Path, (UnixFileMode)511);
        using var client = await ConnectAsNobodyAsync();
        (await ClosedAsync(client, AskFrames.Question(["version"]))).Should().BeTrue();
    }

    [Fact]
    public async Task Garbage_and_a_question_that_says_it_is_huge_are_refused()
    {
        foreach (var frame in new[] { new byte[100_000], "OVQ1\xff\xff\xff\xff"u8.ToArray(), [.. "OVQ1"u8, 0xff, 0xff, 0xff, 0x7f], [.. "OVQ1"u8, 0, 0, 0, 0] })
        {
            using var client = await ConnectAsync();
            (await ClosedAsync(client, frame)).Should().BeTrue();
        }
    }

    [Fact]
    public async Task An_answer_that_goes_on_ends_when_nobody_listens()
    {
        using (var client = await ConnectAsync())
        {
            await client.SendAsync(AskFrames.Question(["endless"]), SocketFlags.None);
            (await client.ReceiveAsync(new byte[10], SocketFlags.None)).Should().BePositive();
        }

        await endless.Ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Without_an_agent_the_message_says_what_to_look_for()
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        (await AskCommand.RunAsync(Path + ".none", ["version"], output, errors, TestContext.Current.CancellationToken)).Should().Be(2);
        errors.ToString().Should().Contain(Path + ".none").And.Contain("does it run");
    }

    private async Task<(int Code, string Output, string Errors)> AskAsync(params string[] words)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var code = await AskCommand.RunAsync(Path, words, output, errors, TestContext.Current.CancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Path));
        return client;
    }

    /// <summary>SO_PEERCRED is of the moment of connect(2), by the thread's effective user.</summary>
    private Task<Socket> ConnectAsNobodyAsync()
    {
        var connected = new TaskCompletionSource<Socket>();
        new Thread(() =>
        {
            var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            SetThreadUser(117, -1, 65534, -1).Should().Be(0);
            client.Connect(new UnixDomainSocketEndPoint(Path));
            connected.SetResult(client);
        }).Start();
        return connected.Task;
    }

    /// <summary>setresuid by number (x86-64), which unlike libc's changes one thread only; that thread ends right after.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial int SetThreadUser(long number, int real, int effective, int saved);

    /// <summary>Whether nothing but the end comes back for a frame.</summary>
    private static async Task<bool> ClosedAsync(Socket client, byte[] frame)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await client.SendAsync(frame, SocketFlags.None, limit.Token);
            return await client.ReceiveAsync(new byte[10], SocketFlags.None, limit.Token) == 0;
        }
        catch (SocketException)
        {
            // A reset says it too: bytes of ours were still unread, or could not even be sent.
            return true;
        }
    }

    private sealed class Broken : IQuestion
    {
        public string Word => "broken";

        public string Usage => "";

        public Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation) => throw new AskException("out of order");
    }

    private sealed class Endless : IQuestion
    {
        public TaskCompletionSource Ended { get; } = new();

        public string Word => "endless";

        public string Usage => "";

        public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
        {
            try
            {
                while (true)
                {
                    await answer.SayAsync(new VersionAnswer("0", "again"), AskJson.Default.VersionAnswer, cancellation);
                    await Task.Delay(5, cancellation);
                }
            }
            finally
            {
                Ended.SetResult();
            }
        }
    }
}
