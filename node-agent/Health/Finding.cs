namespace Overlay.NodeAgent.Health;

/// <summary>Something on this node that its administrator should look into.</summary>
/// <param name="Reason">A CamelCase word for programs: the Event's reason, and the metric's label.</param>
/// <param name="Text">What was found, where, and what to do about it.</param>
internal sealed record Finding(string Reason, string Text)
{
    /// <summary>The reason of a firewall in the way.</summary>
    public const string ForwardingBlocked = nameof(ForwardingBlocked);
}
