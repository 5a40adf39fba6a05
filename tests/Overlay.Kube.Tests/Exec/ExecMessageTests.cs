using System.Text;
using System.Text.Json;
using Overlay.Kube.Exec;

namespace Overlay.Kube.Tests.Exec;

/// <summary>What the API server says of how a program ended, as a real one writes it.</summary>
public sealed class ExecMessageTests
{
    [Theory]
    [InlineData("""{"metadata":{},"status":"Success"}""", 0)]
    [InlineData("""{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 7","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}""", 7)]
    [InlineData("""{"metadata":{},"status":"Failure","message":"error executing command in container: no such file","reason":"InternalError","code":500}""", null)]
    [InlineData("""{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"-1"}]}}""", null)]
    [InlineData("{}", null)]
    public void The_exit_code(string outcome, int? expected) =>
        ExecMessages.ReadOutcome(Encoding.UTF8.GetBytes(outcome)).ExitCode.Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("command terminated")]
    public void No_status_is_no_success(string outcome) =>
        FluentActions.Invoking(() => ExecMessages.ReadOutcome(Encoding.UTF8.GetBytes(outcome))).Should().Throw<JsonException>();
}
