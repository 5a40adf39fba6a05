using System.Text;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Tests.Cni;

/// <summary>Section 2 of the spec: the CNI_* variables.</summary>
public sealed class CallEnvironmentTests
{
    [Fact]
    public void All_missing_variables_are_named_at_once()
    {
        var error = ((Action)(() => Environment("CNI_COMMAND=ADD").Attachment("overlay", needsNamespace: true)))
            .Should()
            .Throw<CniException>()
            .Which;
        error.Code.Should().Be(CniErrorCode.BadEnvironment);
        error.Message.Should().ContainAll("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME");
    }

    [Fact]
    public void Del_needs_no_namespace() =>
        Environment("CNI_CONTAINERID=abc", "CNI_IFNAME=eth0").Attachment("overlay", needsNamespace: false).ContainerId.Should().Be("abc");

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    public void Container_ids_outside_the_specs_letters_are_refused(string id) =>
        ((Action)(() => Environment($"CNI_CONTAINERID={id}", "CNI_IFNAME=eth0").Attachment("overlay", false)))
            .Should()
            .Throw<CniException>()
            .Which.Message.Should()
            .Contain("CNI_CONTAINERID");

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("sixteen-letters-")]
    public void Interface_names_that_the_kernel_refuses_are_refused(string name) =>
        ((Action)(() => Environment("CNI_CONTAINERID=a", $"CNI_IFNAME={name}").Attachment("overlay", false)))
            .Should()
            .Throw<CniException>()
            .Which.Message.Should()
            .Contain("CNI_IFNAME");

    [Fact]
    public void A_command_that_does_not_exist_is_named() =>
        ((Func<CniCommand>)(() => Environment("CNI_COMMAND=PING").Command)).Should().Throw<CniException>().Which.Message.Should().Contain("PING");

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        ((Action)(() => _ = new CallEnvironment([.. "CNI_IFNAME="u8, 0xff, 0]))).Should().Throw<CniException>();

    [Fact]
    public void The_pod_is_read_from_the_arguments() =>
        PodArguments
            .Parse("IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=front-1;K8S_POD_UID=u1;FANCY=x")
            .Should()
            .Be(new PodArguments("u1", "shop", "front-1"));

    [Theory]
    [InlineData(null)]
    [InlineData("IgnoreUnknown=1")]
    [InlineData("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=front-1")]
    public void Without_a_pod_there_is_none(string? arguments) => PodArguments.Parse(arguments).Should().BeNull();

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("FANCY=x", "FANCY")]
    public void Malformed_and_unknown_arguments_are_named(string arguments, string named) =>
        ((Action)(() => PodArguments.Parse(arguments))).Should().Throw<CniException>().Which.Message.Should().Contain(named);

    private static CallEnvironment Environment(params string[] entries) =>
        new(Encoding.UTF8.GetBytes(string.Concat(entries.Select(e => e + "\0"))));
}
