namespace Overlay.Netlink.NfTables;

/// <summary>Where a base chain sees packets (NF_INET_*).</summary>
public enum NfHook
{
    /// <summary>Before the routing decision.</summary>
    PreRouting = 0,

    /// <summary>For this host.</summary>
    Input = 1,

    /// <summary>Through this host.</summary>
    Forward = 2,

    /// <summary>From this host.</summary>
    Output = 3,

    /// <summary>After the routing decision.</summary>
    PostRouting = 4,

    /// <summary>As it comes from the device.</summary>
    Ingress = 5,
}
