namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>Both families at once; VXLAN over IPv4.</summary>
[Collection(StackCollection.Name)]
public sealed class DualStackTests(DualStackLab lab) : StackTests(lab), IClassFixture<DualStackLab>;
