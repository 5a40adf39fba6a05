using Microsoft.Extensions.Logging;
using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Cni;

/// <summary>Carries out the DELs that the plugin kept while no agent answered.</summary>
internal sealed class Tombstones(string directory, IPodNetwork network, ILogger<Tombstones> log)
{
    /// <summary>Every finished tombstone, oldest first. One that fails stays for the next pass; one that can not be read goes.</summary>
    public async Task CarryOutAsync(CancellationToken cancellation)
    {
        foreach (var file in Finished())
        {
            try
            {
                var (variables, configuration) = Read(await File.ReadAllBytesAsync(file, cancellation));
                var key = variables.Attachment(configuration.Name, needsNamespace: false);
                await network.DeleteAsync(key, variables.NetworkNamespace, cancellation);
                File.Delete(file);
                CniLog.TombstoneDone(log, Path.GetFileName(file));
            }
            catch (CniException error) when (error.Code < CniErrorCode.BadNamespace && error.Code != CniErrorCode.InputOutput)
            {
                CniLog.TombstoneUnreadable(log, Path.GetFileName(file), error.Message);
                File.Delete(file);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                CniLog.TombstoneFailed(log, Path.GetFileName(file), error.Message);
            }
        }
    }

    private string[] Finished()
    {
        try
        {
            return Directory.EnumerateFiles(directory, "*" + Meeting.TombstoneSuffix).Order(StringComparer.Ordinal).ToArray();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static (CallEnvironment, NetworkConfiguration) Read(byte[] frame)
    {
        if (
            !RequestFrame.TryReadHeader(frame, out var environment, out var stdin)
            || frame.Length != RequestFrame.HeaderLength + environment + stdin
        )
            throw new CniException(CniErrorCode.Undecodable, "it is not a whole frame", "nothing");
        var body = frame.AsMemory(RequestFrame.HeaderLength);
        return (new CallEnvironment(body.Span[..environment]), NetworkConfiguration.Parse(body[environment..]));
    }
}
