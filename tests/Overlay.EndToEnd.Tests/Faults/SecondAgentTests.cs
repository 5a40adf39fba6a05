using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>An agent that finds another one in its place says so and leaves.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class SecondAgentTests(FaultLab lab)
{
    [Fact]
    public void A_probe_address_that_is_taken_is_named_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("ovt-second-");
        try
        {
            var second = lab.Node1.Run(
                Path.Combine(LabPaths.Binaries(), "overlay-agent"),
                "--node-name", "node1", "--objects", folder.FullName, "--state-dir", folder.FullName, "--run-dir", folder.FullName,
                "--probe-address", $"{lab.Node1.Address}:{LabNode.ProbePort}");

            second.ExitCode.Should().Be(2);
            second.Errors.Trim().Should().StartWith($"--probe-address {lab.Node1.Address}:{LabNode.ProbePort} can not be listened on").And.NotContain(" at ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
