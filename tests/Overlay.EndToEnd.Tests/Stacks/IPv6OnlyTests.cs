namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>No IPv4 anywhere: VXLAN, API server and probes by IPv6.</summary>
[Collection(StackCollection.Name)]
public sealed class IPv6OnlyTests(IPv6Lab lab) : StackTests(lab), IClassFixture<IPv6Lab>;
