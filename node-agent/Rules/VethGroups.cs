using Overlay.Netlink;

namespace Overlay.NodeAgent.Rules;

/// <summary>The veths' interface groups by rtnetlink.</summary>
/// <param name="routes">The node's links; not owned.</param>
/// <param name="prefix">What the pods' veths begin with.</param>
public sealed class VethGroups(RouteSocket routes, string prefix) : IVethGroups
{
    /// <summary>Rules change with every pod; the node's other pods need not be listed for that.</summary>
    private readonly LinkGroups links = routes.KeepGroups();

    /// <inheritdoc />
    public IReadOnlyDictionary<string, uint> Read(bool anew) =>
        (anew ? links.ReadAnew() : links.Read())
            .Where(link => link.Group != InterfaceGroups.Leaving && link.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(link => link.Name, link => link.Group, StringComparer.Ordinal);

    /// <inheritdoc />
    public void Dispose() => links.Dispose();

    /// <inheritdoc />
    public void Move(IReadOnlyCollection<KeyValuePair<string, uint>> moves)
    {
        foreach (var (veth, group) in moves)
        {
            try
            {
                if (routes.GetLink(veth) is { Group: not InterfaceGroups.Leaving } link)
                {
                    routes.SetGroup(link.Index, group);
                }
            }
            catch (NetlinkException e) when (e.IsMissing)
            {
                // Its pod went away between the look and the step: nothing to move any more.
            }
        }
    }
}
