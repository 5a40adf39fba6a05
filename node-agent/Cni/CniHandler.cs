using System.Text;
using Microsoft.Extensions.Logging;
using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Cni;

/// <summary>One CNI call from raw environment and stdin to the answer.</summary>
internal sealed class CniHandler(IPodNetwork network, Tombstones tombstones, CniMetrics metrics, TimeProvider time, ILogger<CniHandler> log)
{
    /// <summary>Carries the call out. Never throws: each failure becomes the spec's error object.</summary>
    public async Task<CniAnswer> HandleAsync(ReadOnlyMemory<byte> environment, ReadOnlyMemory<byte> stdin, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var version = CniVersion.V1_1_0;
        var command = "?";
        CniException? failure;
        try
        {
            var variables = new CallEnvironment(environment.Span);
            var asked = variables.Command;
            command = asked.ToString().ToUpperInvariant();
            if (asked == CniCommand.Version)
                return Versions();
            var configuration = NetworkConfiguration.Parse(stdin);
            version = configuration.Version;
            var answer = await RunAsync(asked, variables, configuration, cancellation);
            metrics.Count(command, 0, time.GetElapsedTime(started));
            CniLog.Done(log, command, time.GetElapsedTime(started).TotalMilliseconds);
            return answer;
        }
        catch (CniException error)
        {
            failure = error;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            failure = new CniException(CniErrorCode.TryAgainLater, "the agent is stopping", "try again");
        }
        catch (Exception error)
        {
            CniLog.Unforeseen(log, command, error);
            failure = new CniException(CniErrorCode.InputOutput, $"{command} failed: {error.Message}", "see the agent's log", error);
        }

        metrics.Count(command, (int)failure.Code, time.GetElapsedTime(started));
        CniLog.Failed(log, command, (int)failure.Code, failure.Message, failure.Details);
        return new CniAnswer(1, ResultWriter.Error(failure, version));
    }

    private async Task<CniAnswer> RunAsync(
        CniCommand command,
        CallEnvironment variables,
        NetworkConfiguration configuration,
        CancellationToken cancellation
    )
    {
        switch (command)
        {
            case CniCommand.Add:
                var key = variables.Attachment(configuration.Name, needsNamespace: true);
                var pod = PodArguments.Parse(variables.Arguments) ?? throw NoPod();
                var asked = RuntimeRequest.Parse(configuration.RuntimeConfig);
                await tombstones.CarryOutAsync(cancellation); // a DEL that was kept comes before an ADD that comes after it
                var result = await network.AddAsync(key, variables.NetworkNamespace!, pod, asked, cancellation);
                return new CniAnswer(0, ResultWriter.Success(result, configuration.Version, configuration.PreviousResult))
                {
                    Settle = delivered => network.SettleAsync(key, result.Attempt, delivered),
                };
            case CniCommand.Del:
                await network.DeleteAsync(variables.Attachment(configuration.Name, false), variables.NetworkNamespace, cancellation);
                return CniAnswer.Done;
            case CniCommand.Check:
                NeedsVersion(configuration, CniVersion.V0_4_0, command);
                var previous = configuration.PreviousResult ?? throw NoPreviousResult();
                var attachment = variables.Attachment(configuration.Name, needsNamespace: true);
                await network.CheckAsync(attachment, variables.NetworkNamespace!, previous, cancellation);
                return CniAnswer.Done;
            case CniCommand.Status:
                NeedsVersion(configuration, CniVersion.V1_1_0, command);
                network.CheckReady();
                return CniAnswer.Done;
            default:
                NeedsVersion(configuration, CniVersion.V1_1_0, command);
                await network.CollectAsync(configuration.Name, configuration.ValidAttachments ?? throw NoList(), cancellation);
                return CniAnswer.Done;
        }
    }

    private static CniAnswer Versions() =>
        new(
            0,
            Encoding.UTF8.GetBytes($$"""{"cniVersion":"{{Meeting.NewestVersion}}","supportedVersions":[{{Meeting.SupportedVersions}}]}""" + "\n")
        );

    private static void NeedsVersion(NetworkConfiguration configuration, CniVersion since, CniCommand command)
    {
        if (configuration.Version < since)
            throw new CniException(
                CniErrorCode.IncompatibleVersion,
                $"{command.ToString().ToUpperInvariant()} does not exist in cniVersion {configuration.Version.Text()}",
                $"set cniVersion to {since.Text()} or later"
            );
    }

    private static CniException NoPod() =>
        new(
            CniErrorCode.BadEnvironment,
            "CNI_ARGS names no pod: K8S_POD_UID, K8S_POD_NAMESPACE and K8S_POD_NAME are needed",
            "use a runtime that passes them (containerd from 1.5, CRI-O from 1.20); when calling by hand, set CNI_ARGS"
        );

    private static CniException NoPreviousResult() =>
        new(CniErrorCode.BadConfiguration, "CHECK without prevResult", "the runtime must pass the result of ADD as prevResult");

    private static CniException NoList() =>
        new(
            CniErrorCode.BadConfiguration,
            "GC without cni.dev/valid-attachments",
            "the runtime must list the attachments to keep; a missing list is not an empty one, so nothing was collected"
        );
}
