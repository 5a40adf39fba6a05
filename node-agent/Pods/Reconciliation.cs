using System.Collections.Immutable;
using System.Net;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <summary>
/// What an agent that starts does about the difference between its records and the kernel. Pure. The kernel is the truth about wires,
/// the records about names; an address that either of them knows as a pod's is not given to another.
/// </summary>
internal sealed record Reconciliation
{
    /// <summary>Wires that the records do not know, but the kernel's notes do: written into the records.</summary>
    public ImmutableArray<Attachment> Adopt { get; private init; } = [];

    /// <summary>Records whose wire is gone for good: dropped.</summary>
    public ImmutableArray<AttachmentKey> Drop { get; private init; } = [];

    /// <summary>Half-made wires that nobody has an answer about: removed.</summary>
    public ImmutableArray<string> Remove { get; private init; } = [];

    /// <summary>Addresses of wires that nobody can name; kept out of use as long as the wire is there.</summary>
    public ImmutableArray<IPAddress> Reserve { get; private init; } = [];

    /// <summary>Computes it.</summary>
    /// <param name="records">What the store has.</param>
    /// <param name="veths">What the kernel has.</param>
    /// <param name="namespaceExists">Whether a path still names a network namespace.</param>
    public static Reconciliation Of(IReadOnlyCollection<Attachment> records, IReadOnlyCollection<HostVeth> veths, Func<string, bool> namespaceExists)
    {
        var byVeth = records.ToDictionary(r => VethNames.Of(r.Key), StringComparer.Ordinal);
        var present = veths.Select(v => v.Link.Name).ToHashSet(StringComparer.Ordinal);
        var adopt = new List<Attachment>();
        var remove = new List<string>();
        var reserve = new List<IPAddress>();
        var drop = records.Where(r => IsGone(r, present, namespaceExists)).Select(r => r.Key).ToHashSet();
        foreach (var veth in veths)
        {
            // Group 0: the rules never took it in, so ADD never answered.
            if (byVeth.TryGetValue(veth.Link.Name, out var record))
            {
                if (record.State == AttachmentState.Pending && veth.Link.Group == 0)
                {
                    remove.Add(veth.Link.Name);
                    drop.Add(record.Key);
                }
            }
            else if (veth.Link.Group == 0 || veth.Addresses.IsEmpty)
            {
                remove.Add(veth.Link.Name);
            }
            else if (veth.Told is { } told)
            {
                adopt.Add(told);
            }
            else
            {
                reserve.AddRange(veth.Addresses);
            }
        }

        // A record without a wire gives way to a wire with its address.
        var adopted = adopt.SelectMany(a => a.Addresses).Concat(reserve).ToHashSet();
        drop.UnionWith(records.Where(r => !present.Contains(VethNames.Of(r.Key)) && r.Addresses.Any(adopted.Contains)).Select(r => r.Key));
        return new Reconciliation { Adopt = [.. adopt], Drop = [.. drop], Remove = [.. remove], Reserve = [.. reserve] };
    }

    /// <summary>
    /// Whether an attachment's wire can not come back: its veth is gone, and so is the namespace, or ADD never answered. While the
    /// namespace is there its DEL is still to come, and the address stays the pod's.
    /// </summary>
    public static bool IsGone(Attachment record, IReadOnlySet<string> veths, Func<string, bool> namespaceExists) =>
        !veths.Contains(VethNames.Of(record.Key))
        && (record.State == AttachmentState.Pending || record.NetworkNamespace.Length == 0 || !namespaceExists(record.NetworkNamespace));
}
