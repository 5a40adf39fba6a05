using System.Collections.Immutable;
using System.Net;
using Overlay.Netlink;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Our sets in the kernel, with what we know of them. Elements come and go by netlink; a program is started only to make or unmake a set.</summary>
/// <param name="programs">Makes and unmakes sets.</param>
/// <param name="socket">Reads sets, changes elements.</param>
internal sealed class KeptSets(IptablesPrograms programs, IpSetSocket socket)
{
    private Dictionary<string, Dictionary<(IPNetwork, string?), IpSetElement>>? found;

    /// <summary>Whether it is known what the kernel holds.</summary>
    internal bool IsKnown => found is not null;

    /// <summary>Nothing of ours is in the kernel.</summary>
    internal bool IsEmpty => found!.Count == 0;

    /// <summary>What the kernel holds is not sure any more.</summary>
    internal void Forget() => found = null;

    /// <summary>Reads our sets afresh.</summary>
    internal void Read()
    {
        try
        {
            found = socket.Names().Where(name => name.StartsWith(IpSet.Prefix, StringComparison.Ordinal)).ToDictionary(name => name, Elements, StringComparer.Ordinal);
        }
        catch (NetlinkException e)
        {
            found = null;
            throw new RulesException($"The kernel's ipsets could not be read: {e.Message} The iptables backend needs the kernel's ip_set modules.", e);
        }
    }

    /// <summary>What is noted beside an element of one address; null when the set or the element is not there.</summary>
    internal string? CommentOf(string set, IPAddress address) =>
        found!.TryGetValue(set, out var elements) && elements.TryGetValue(IpSetElement.Of(address).Identity, out var element) ? element.Comment : null;

    /// <summary>What must still be written.</summary>
    internal SetPlan PlanOf(ImmutableSortedDictionary<string, IpSet> wanted) => SetPlan.Between(wanted, found!);

    /// <summary>Makes the sets and adds the elements of a plan.</summary>
    internal async Task<int> GrowAsync(SetPlan plan, CancellationToken stop)
    {
        if (!plan.Create.IsEmpty)
        {
            await programs.RestoreSetsAsync(string.Concat(plan.Create.Select(set => $"create {set.Name} {set.Type}\n")), stop).ConfigureAwait(false);
            foreach (var set in plan.Create)
            {
                found![set.Name] = [];
            }
        }

        Put(plan.Add);
        return plan.Create.Length + plan.Add.Length;
    }

    /// <summary>Gives elements the marks and comments of a plan.</summary>
    internal int Change(SetPlan plan)
    {
        Put(plan.Change);
        return plan.Change.Length;
    }

    /// <summary>Removes what a plan removes.</summary>
    internal async Task<int> ShrinkAsync(SetPlan plan, CancellationToken stop)
    {
        foreach (var set in plan.Remove.GroupBy(pair => pair.Set, pair => pair.Element))
        {
            Write(() => socket.Remove(set.Key, set));
            foreach (var element in set)
            {
                found![set.Key].Remove(element.Identity);
            }
        }

        var removed = plan.Remove.Length;
        foreach (var name in plan.Destroy)
        {
            // nf_tables lets go of a rule's set a moment after the rule is gone: then the next change or sweep removes it.
            if (await programs.DestroySetAsync(name, stop).ConfigureAwait(false))
            {
                found!.Remove(name);
                removed++;
            }
        }

        return removed;
    }

    private void Put(ImmutableArray<(string Set, IpSetElement Element)> elements)
    {
        foreach (var set in elements.GroupBy(pair => pair.Set, pair => pair.Element))
        {
            Write(() => socket.Add(set.Key, set));
            foreach (var element in set)
            {
                found![set.Key][element.Identity] = element;
            }
        }
    }

    private Dictionary<(IPNetwork, string?), IpSetElement> Elements(string set) =>
        IpSet.IsAsked(set) ? [] : socket.Elements(set).DistinctBy(element => element.Identity).ToDictionary(element => element.Identity);

    private static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (NetlinkException e)
        {
            throw new RulesException($"Elements of an ipset could not be changed: {e.Message} The sets are read afresh and it is tried again.", e);
        }
    }
}
