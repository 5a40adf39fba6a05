using System.Collections.Immutable;
using System.Globalization;

namespace Overlay.Policy;

/// <summary>A port that a container declares under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The number, 1 to 65535.</param>
public readonly record struct DeclaredPort(string Name, IpProtocol Protocol, ushort Port);

/// <summary>The named ports of a workload's pods, as far as policies use the names.</summary>
internal sealed class DeclaredPorts
{
    private DeclaredPorts(ImmutableArray<DeclaredPort> ports)
    {
        Ports = ports;
        Text = string.Join(' ', ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Name}={port.Protocol}/{port.Port}")));
    }

    /// <summary>No named port.</summary>
    public static DeclaredPorts None { get; } = new([]);

    /// <summary>The ports, sorted.</summary>
    public ImmutableArray<DeclaredPort> Ports { get; }

    /// <summary>As <c>dns=UDP/53 http=TCP/80</c>; equal texts mean equal ports.</summary>
    public string Text { get; }

    /// <summary>Those of a pod whose names are in use.</summary>
    public static DeclaredPorts Of(ImmutableArray<DeclaredPort> ports, UseCounts<string> names)
    {
        return ports.IsDefaultOrEmpty || names.Used.Count == 0 ? None : All(ports.Where(port => names.Contains(port.Name)));
    }

    /// <summary>All of some ports.</summary>
    public static DeclaredPorts All(IEnumerable<DeclaredPort> ports)
    {
        var used = ports.Distinct().OrderBy(port => port.Name, StringComparer.Ordinal).ThenBy(port => port.Protocol).ThenBy(port => port.Port);
        return used.ToImmutableArray() is { IsEmpty: false } some ? new DeclaredPorts(some) : None;
    }

    /// <summary>The ports of a name. Several containers may give one name to several ports.</summary>
    public IEnumerable<DeclaredPort> Find(NamedPort named)
    {
        foreach (var port in Ports)
        {
            if (string.Equals(port.Name, named.Name, StringComparison.Ordinal) && (named.Protocol is null || named.Protocol == port.Protocol))
            {
                yield return port;
            }
        }
    }
}
