using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Protocol and ports for people.</summary>
internal static class PortText
{
    /// <summary><c>all</c>, <c>TCP</c>, <c>TCP 80</c> or <c>TCP 8000-8080</c>.</summary>
    public static string Of(PortProtocol? protocol, PortRange? ports) =>
        protocol is null ? "all" : ports is null ? $"{protocol}" : $"{protocol} {ports}";
}
