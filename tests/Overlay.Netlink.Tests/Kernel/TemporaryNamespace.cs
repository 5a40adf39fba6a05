using System.Security.Cryptography;

namespace Overlay.Netlink.Tests.Kernel;

/// <summary>A namespace of a test's own, with loopback up; gone with the test, passed or failed.</summary>
internal sealed class TemporaryNamespace : IDisposable
{
    public TemporaryNamespace()
    {
        Name = "ovt-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        Namespace = NetworkNamespace.Create(Name);
        Routes = RouteSocket.Open(Namespace);
        Routes.SetUp(LinkIndex.Loopback);
    }

    public string Name { get; }

    public NetworkNamespace Namespace { get; }

    public RouteSocket Routes { get; }

    public void Dispose()
    {
        Routes.Dispose();
        Namespace.Dispose();
        NetworkNamespace.Delete(Name);
    }
}
