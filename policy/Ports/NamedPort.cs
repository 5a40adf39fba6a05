namespace Overlay.Policy;

/// <summary>A port by name.</summary>
/// <param name="Protocol">Only of this protocol; null: of any.</param>
/// <param name="Name">The name.</param>
internal readonly record struct NamedPort(IpProtocol? Protocol, string Name);
