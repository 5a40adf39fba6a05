using Overlay.Api.Network;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.CrdsGenerator;

/// <summary>The files of crds/.</summary>
internal static class CustomResourceDefinitions
{
    /// <summary>One definition a kind of ours, and those of others' kinds that we obey and that a cluster may lack.</summary>
    public static IReadOnlyList<CustomResourceDefinition> All()
    {
        var schemas = new SchemaOf(XmlDocumentation.Of(typeof(OverlayNetwork).Assembly));
        return
        [
            CustomResourceDefinition.Of<OverlayNetwork>(schemas),
            CustomResourceDefinition.Of<Subnet>(schemas),
            CustomResourceDefinition.Of<WorkloadTag>(schemas),
            CustomResourceDefinition.Of<OverlayPolicy>(schemas),
            CustomResourceDefinition.Of<ClusterNetworkPolicy>(schemas),
        ];
    }
}
