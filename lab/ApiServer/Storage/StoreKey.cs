namespace Overlay.Lab.ApiServer.Storage;

/// <summary>Where an object lives inside its resource; the namespace is empty for cluster-scoped ones. Ordered as etcd orders keys.</summary>
internal readonly record struct StoreKey(string Namespace, string Name) : IComparable<StoreKey>
{
    public int CompareTo(StoreKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    public static bool operator <(StoreKey a, StoreKey b) => a.CompareTo(b) < 0;

    public static bool operator >(StoreKey a, StoreKey b) => a.CompareTo(b) > 0;

    public static bool operator <=(StoreKey a, StoreKey b) => a.CompareTo(b) <= 0;

    public static bool operator >=(StoreKey a, StoreKey b) => a.CompareTo(b) >= 0;

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
