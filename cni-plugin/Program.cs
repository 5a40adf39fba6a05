using System.Text;
using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>
/// The CNI plugin: hands the call to the node's agent, unparsed, and prints what comes back. What must work without
/// the agent is here: VERSION, "try again later", and a DEL that is kept for later.
/// </summary>
internal static class Program
{
    private const int BadEnvironment = 4;
    private const int InputOutput = 5;
    private const int Undecodable = 6;
    private const int TryAgainLater = 11;
    private const int NotReady = 50;

    /// <summary>How long an ADD waits for an agent to appear, milliseconds. The rest can be asked again, or kept.</summary>
    private const long ConnectBudgetAdd = 5_000;
    private const long ConnectBudget = 1_000;

    /// <summary>How long the agent may take to answer, milliseconds; runtimes give up after one to four minutes.</summary>
    private const long AnswerBudget = 60_000;

    private static int Main()
    {
        if (CallEnvironment.Read() is not { } environment || environment.CniVariables() is not { } variables)
            return Answers.Error(Meeting.NewestVersion, BadEnvironment, "the environment can not be read", "CNI_* variables may hold 64 KiB at most");
        if (Descriptor.ReadToEnd(0, RequestFrame.MaxStdin) is not { } stdin)
            return Answers.Error(Meeting.NewestVersion, Undecodable, "the network configuration on stdin can not be read", "it may hold 1 MiB at most");

        var command = environment["CNI_COMMAND"u8];
        if (command.SequenceEqual("VERSION"u8))
            return Answers.Version(AskedVersion.In(stdin));

        var frame = RequestFrame.Build(variables, stdin);
        var socket = MeetingPlace.Socket(environment, stdin);
        var answer = Ask(socket, frame, environment["CNI_NETNS"u8], command.SequenceEqual("ADD"u8) ? ConnectBudgetAdd : ConnectBudget);
        return answer ?? WithoutAgent(environment, stdin, frame, Encoding.UTF8.GetString(socket));
    }

    /// <summary>The exit code after printing the agent's answer; null when no answer came.</summary>
    private static int? Ask(ReadOnlySpan<byte> socket, byte[] frame, ReadOnlySpan<byte> networkNamespace, long connectBudget)
    {
        using var agent = AgentConnection.Open(socket, connectBudget);
        var deadline = Environment.TickCount64 + AnswerBudget;
        if (agent is null || !agent.Send(frame, deadline, NamespaceFolder.Open(networkNamespace)) || agent.Receive(deadline, out var exitCode) is not { } stdout)
            return null;
        exitCode = Answers.Print(stdout, exitCode);
        if (exitCode == 0)
            _ = agent.Send([AnswerFrame.Acknowledgement], deadline);
        return exitCode;
    }

    private static int WithoutAgent(CallEnvironment environment, ReadOnlySpan<byte> stdin, byte[] frame, string socket)
    {
        var command = environment["CNI_COMMAND"u8];
        var version = AskedVersion.In(stdin);
        var hint = $"is the overlay-agent pod of this node running? Nothing answered on {socket}";
        if (command.SequenceEqual("DEL"u8))
            return KeepForLater(environment, Encoding.UTF8.GetString(MeetingPlace.Tombstones(environment, stdin)), frame, version);
        if (command.SequenceEqual("STATUS"u8))
            return ReadyNote.IsFresh(socket) ? 0 : Answers.Error(version, NotReady, "the overlay agent does not answer", hint);
        if (command.SequenceEqual("ADD"u8) || command.SequenceEqual("CHECK"u8) || command.SequenceEqual("GC"u8))
            return Answers.Error(version, TryAgainLater, "the overlay agent does not answer", hint);
        return Answers.Error(
            version,
            BadEnvironment,
            "CNI_COMMAND is missing or unknown",
            "it must be ADD, DEL, CHECK, STATUS, GC or VERSION; a container runtime sets it"
        );
    }

    private static int KeepForLater(CallEnvironment environment, string directory, byte[] frame, string version)
    {
        if (environment["CNI_CONTAINERID"u8].IsEmpty || environment["CNI_IFNAME"u8].IsEmpty)
            return Answers.Error(version, BadEnvironment, "CNI_CONTAINERID or CNI_IFNAME is missing", "a container runtime sets both for DEL");
        return Tombstone.TryWrite(directory, frame, out var error)
            ? 0
            : Answers.Error(
                version,
                InputOutput,
                $"the overlay agent does not answer, and the DEL could not be kept for it in {directory} (errno {error})",
                "make room on that file system, or start the agent"
            );
    }
}
