using Overlay.Images.Layers;

namespace Overlay.Images.Tests;

public sealed class FileListTests
{
    [Fact]
    public void Each_form_is_read()
    {
        const string Text = """
            # a comment

            usr/sbin/nft
            usr/lib/*/libc.so.6
            usr/sbin/iptables -> iptables-nft
            etc/passwd < images/base/etc/passwd
            tmp/
            """;
        FileList
            .Parse("files", Text)
            .Should()
            .Equal(
                new FileRequest.Packaged("usr/sbin/nft"),
                new FileRequest.Packaged("usr/lib/*/libc.so.6"),
                new FileRequest.Link("usr/sbin/iptables", "iptables-nft"),
                new FileRequest.Ours("etc/passwd", "images/base/etc/passwd"),
                new FileRequest.Folder("tmp")
            );
    }

    [Theory]
    [InlineData("/usr/sbin/nft")]
    [InlineData("usr/sbin/nft iptables")]
    [InlineData("a -> b c")]
    public void A_line_that_is_none_of_them_is_refused_by_its_number(string line)
    {
        var parsing = () => FileList.Parse("images/x/files", $"# x\n{line}\n");
        parsing.Should().Throw<ImageException>().WithMessage($"images/x/files:2: '{line}'*");
    }
}
