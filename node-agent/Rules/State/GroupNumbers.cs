using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules;

/// <summary>Which number stands for which local workload. Pure.</summary>
/// <remarks>
/// A number is a node's own affair: it appears in the group of veths and in the keys of sets, never on the wire. It must not mean two workloads
/// at one time: while a veth still carries it or the kernel's rules still know it under another name, it is not given out again.
/// The mapping is written into the rules themselves, so that an agent that starts finds it there.
/// </remarks>
public static class GroupNumbers
{
    /// <summary>The kernel keeps this much of a comment.</summary>
    private const int NameLimit = 120;

    /// <summary>Numbers for all workloads: known ones keep theirs, if it is one of <see cref="InterfaceGroups"/>.</summary>
    /// <param name="workloads">The workloads that need one.</param>
    /// <param name="known">What the rules know: number and <see cref="NameOf"/>.</param>
    /// <param name="inUse">Numbers that veths carry.</param>
    public static ImmutableSortedDictionary<WorkloadKey, uint> Assign(
        IEnumerable<WorkloadKey> workloads,
        IReadOnlyDictionary<uint, string> known,
        IEnumerable<uint> inUse
    )
    {
        var byName = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var (number, name) in known.Where(pair => InterfaceGroups.IsWorkload(pair.Key)).OrderBy(pair => pair.Key))
        {
            byName.TryAdd(name, number);
        }

        var taken = new HashSet<uint>(known.Keys);
        taken.UnionWith(inUse);
        var next = InterfaceGroups.FirstWorkload;
        var numbers = ImmutableSortedDictionary.CreateBuilder<WorkloadKey, uint>();
        foreach (var workload in workloads.Order())
        {
            if (!byName.TryGetValue(NameOf(workload), out var number))
            {
                while (!taken.Add(next))
                {
                    next++;
                }

                number = next;
            }

            numbers[workload] = number;
        }

        return numbers.ToImmutable();
    }

    /// <summary>A workload's name in the rules: as people write it, cut with a hash at its end where it is too long to keep.</summary>
    /// <param name="workload">The workload.</param>
    public static string NameOf(WorkloadKey workload)
    {
        var name = workload.ToString();
        if (Encoding.UTF8.GetByteCount(name) <= NameLimit)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
        return $"{name[..(NameLimit - hash.Length - 1)]}~{hash}";
    }
}
