using Overlay.Cli.Bundle;

namespace Overlay.Cli.Tests.Bundle;

/// <summary>A bug report is handed on: nothing that opens a door may be in it.</summary>
public sealed class RedactionTests
{
    [Theory]
    [InlineData("Authorization: Bearer abcdef123456", "abcdef123456")]
    [InlineData("used token eyJhbGciOi.eyJzdWIiOiJ4.c2lnbmF0dXJl to log in", "eyJhbGciOi")]
    [InlineData("""{"token":"s3cr3t-value"}""", "s3cr3t-value")]
    [InlineData("password=hunter2000", "hunter2000")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEow and no end", "MIIEow")]
    public void Credentials_are_blotted_out(string text, string secret) => Redaction.Of(text).Should().NotContain(secret).And.Contain("[redacted]");

    [Theory]
    [InlineData("shop/cart, shop{app=cart}, tag 17 : 0x00110800")]
    [InlineData("10.255.2.0/24 via 10.255.2.0 dev overlay-vtep")]
    [InlineData("exec in pods overlay-system/overlay-agent: 403 Forbidden")]
    public void The_rest_stays(string text) => Redaction.Of(text).Should().Be(text);
}
