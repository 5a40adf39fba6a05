using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy.Tests.Worlds;

/// <summary>Policies of a world by their spec in YAML.</summary>
internal static class YamlPolicies
{
    /// <summary>Adds <c>namespace/name</c>.</summary>
    public static World Policy(this World world, string name, string spec) =>
        world.Policy(new OverlayPolicy { Metadata = new ObjectMeta { Namespace = name.Split('/')[0], Name = name.Split('/')[1] }, Spec = Yaml.Read<OverlayPolicySpec>(spec) });
}
