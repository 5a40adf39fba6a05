namespace Overlay.Netlink;

/// <summary>A link by its name, with the group it is in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">Its interface group.</param>
public readonly record struct GroupedLink(string Name, uint Group);
