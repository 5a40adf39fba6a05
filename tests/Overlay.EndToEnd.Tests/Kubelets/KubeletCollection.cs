namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Clusters of machines, one after the other in each collection, since they bear its name; the collections side by side. No name begins with another: what is swept is known by it.</summary>
[CollectionDefinition(Installed)]
public sealed class KubeletCollection
{
    /// <summary>The first collection: what a release brings.</summary>
    public const string Installed = "kubelets-release";

    /// <summary>The second: what becomes of it under way.</summary>
    public const string UnderWay = "kubelets-change";
}

/// <summary>The second collection.</summary>
[CollectionDefinition(KubeletCollection.UnderWay)]
public sealed class KubeletsUnderWayCollection;
