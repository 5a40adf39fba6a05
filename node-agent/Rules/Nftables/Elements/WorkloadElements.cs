using System.Collections.Immutable;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>A local workload's elements: who may reach it, what it may reach outside. Pure.</summary>
internal static class WorkloadElements
{
    /// <summary>The elements, each identity once. All keys begin with the workload's group, so no two workloads meet in one element.</summary>
    internal static ImmutableArray<PlacedElement> Of(LocalWorkload workload)
    {
        var name = GroupNumbers.NameOf(workload.Workload);
        var elements = new ElementList(workload.Group);
        elements.Add(ElementSet.Workloads, name);
        var grants = GrantElements.Add(elements, workload);
        AddIf(workload.Open, ElementSet.Open);
        AddIf(grants.Seldom, ElementSet.Seldom);
        AddIf(workload.Wary, ElementSet.Wary);
        AddIf(grants.ByAddress, ElementSet.ByAddress);
        AddIf(workload.Free, ElementSet.Free);
        AddIf(!workload.Free && ExitElements.Add(elements, workload.Exits), ElementSet.ExitsByAddress);
        AddIf(workload.WatchedArriving, ElementSet.WatchedArriving);
        AddIf(workload.WatchedLeaving, ElementSet.WatchedLeaving);
        foreach (var tag in workload.Particular)
        {
            elements.Add(ElementSet.Particular, key => key.Mark((uint)tag.Value << NodeMark.TagShift), $"tag {tag}");
        }

        return elements.ToImmutable();

        void AddIf(bool holds, ElementSet set)
        {
            if (holds)
            {
                elements.Add(set, name);
            }
        }
    }
}
