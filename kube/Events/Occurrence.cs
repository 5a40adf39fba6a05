using Overlay.Kube.Core;

namespace Overlay.Kube.Events;

/// <summary>Something happened to an object.</summary>
internal sealed record Occurrence(ObjectReference About, EventType Type, string Reason, string Message, DateTimeOffset At)
{
    /// <summary>Occurrences that are the same again.</summary>
    public (string?, string?, string?, string?, string, string) Sameness => (About.Kind, About.Namespace, About.Name, About.Uid, Reason, Message);
}
