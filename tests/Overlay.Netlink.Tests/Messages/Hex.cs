namespace Overlay.Netlink.Tests.Messages;

/// <summary>Goldens: bytes in hexadecimal, any white space between, everything after a '#' a comment.</summary>
internal static class Hex
{
    public static byte[] Of(string golden) => Convert.FromHexString(string.Concat(
        golden.Split('\n').Select(line => line.Split('#')[0]).SelectMany(line => line.Where(c => !char.IsWhiteSpace(c)))));

    public static void ShouldBe(this ReadOnlySpan<byte> actual, string golden) =>
        Convert.ToHexStringLower(actual).Should().Be(Convert.ToHexStringLower(Of(golden)));
}
