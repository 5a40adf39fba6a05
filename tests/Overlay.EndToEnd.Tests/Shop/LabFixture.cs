using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>The lab that most tests of the shop share: IPv4.</summary>
public sealed class LabFixture() : LabUnderTest("shop", LabStack.IPv4);
