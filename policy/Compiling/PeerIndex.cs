using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>From a peer of a policy to the pods and tags that it means. Answers are kept until something comes that may change them.</summary>
internal sealed class PeerIndex(NamespaceIndex namespaces, TagIndex tags)
{
    private readonly Dictionary<PodPeer, ImmutableArray<KnownTag>> _meant = [];
    private readonly Dictionary<PodPeer, ImmutableArray<KnownTag>> _perhapsMeant = [];

    /// <summary>Whether a peer means pods with some labels, known in full.</summary>
    public bool Means(PodPeer peer, string ns, IReadOnlyDictionary<string, string> labels) => namespaces.Means(peer, ns) && peer.Pods.Selects(labels);

    /// <summary>Whether a peer means the pods behind a tag, as far as its record tells.</summary>
    public Match Means(PodPeer peer, KnownTag tag)
    {
        var inNamespace = peer.Namespace is not null || namespaces.IsListed(tag.Namespace) || peer.Namespaces.IsEverything
            ? namespaces.Means(peer, tag.Namespace) ? Match.Yes : Match.No
            : Match.Unknown;
        return inNamespace == Match.No ? Match.No : (Match)Math.Min((int)inNamespace, (int)peer.Pods.Judge(tag));
    }

    /// <summary>The tags that a peer means, surely; those at rest included.</summary>
    public ImmutableArray<KnownTag> Meant(PodPeer peer)
    {
        if (!_meant.TryGetValue(peer, out var known))
        {
            known = [.. NamespacesOf(peer).SelectMany(ns => tags.Selected(ns, peer.Pods))];
            _meant.Add(peer, known);
        }

        return known;
    }

    /// <summary>The tags that a peer may mean or not: a label that decides is not recorded, or their namespace's labels are not known.</summary>
    public ImmutableArray<KnownTag> PerhapsMeant(PodPeer peer)
    {
        if (!_perhapsMeant.TryGetValue(peer, out var known))
        {
            var strangers =
                peer.Namespace is null && !peer.Namespaces.IsEverything
                    ? tags.All.Where(tag => !namespaces.IsListed(tag.Namespace) && peer.Pods.Judge(tag) != Match.No)
                    : [];
            known = [.. NamespacesOf(peer).SelectMany(ns => tags.PerhapsSelected(ns, peer.Pods)).Concat(strangers).Distinct()];
            _perhapsMeant.Add(peer, known);
        }

        return known;
    }

    /// <summary>Forgets which tags peers mean, where that may have changed.</summary>
    public void Forget(HashSet<string> touched, NamespaceChange change)
    {
        if (touched.Count == 0 && change.Flipped.Count == 0)
        {
            return;
        }

        foreach (var peer in _meant.Keys.Concat(_perhapsMeant.Keys).Where(Concerned).ToList())
        {
            _meant.Remove(peer);
            _perhapsMeant.Remove(peer);
        }

        bool Concerned(PodPeer peer) =>
            peer.Namespace is { } only ? touched.Contains(only) : change.Flipped.Contains(peer.Namespaces) || touched.Count > 0;
    }

    private IEnumerable<string> NamespacesOf(PodPeer peer) =>
        peer.Namespace is { } only ? [only]
        : peer.Namespaces.IsEverything ? tags.Namespaces
        : namespaces.Selected(peer.Namespaces);
}
