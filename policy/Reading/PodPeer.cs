namespace Overlay.Policy;

/// <summary>Some pods of some namespaces.</summary>
/// <param name="Namespace">The one namespace; null: those that <paramref name="Namespaces"/> selects.</param>
/// <param name="Namespaces">Selects the namespaces by their labels.</param>
/// <param name="Pods">Selects their pods.</param>
internal readonly record struct PodPeer(string? Namespace, Selector Namespaces, Selector Pods)
{
    /// <summary>Every pod of every namespace: told by the mark's "any pod" bit, no list of tags is needed.</summary>
    public bool IsAnyPod => Namespace is null && Namespaces.IsEverything && Pods.IsEverything;

    /// <summary>Pods of one namespace.</summary>
    public static PodPeer In(string ns, Selector pods) => new(ns, Selector.Everything, pods);

    /// <summary>Pods of the namespaces with some labels.</summary>
    public static PodPeer Of(Selector namespaces, Selector pods) => new(null, namespaces, pods);
}
