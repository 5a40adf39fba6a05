namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>One cluster of machines after the other: they bear the same names.</summary>
[CollectionDefinition(Name)]
public sealed class KubeletCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "kubelets";
}
