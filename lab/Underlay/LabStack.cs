using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Lab.State;

namespace Overlay.Lab.Underlay;

/// <summary>Which address families a lab has: its underlay, its pools, its nodes' InternalIPs.</summary>
public sealed class LabStack
{
    /// <summary>IPv4 alone.</summary>
    public static readonly LabStack IPv4 = new("ipv4", [LabFamily.IPv4]);

    /// <summary>Both; the VXLAN packets themselves go by IPv4.</summary>
    public static readonly LabStack Dual = new("dual", [LabFamily.IPv4, LabFamily.IPv6]);

    /// <summary>IPv6 alone: nobody has an IPv4 address but on <c>lo</c>.</summary>
    public static readonly LabStack IPv6 = new("ipv6", [LabFamily.IPv6]);

    private static readonly ImmutableArray<LabStack> All = [IPv4, Dual, IPv6];

    private LabStack(string name, ImmutableArray<LabFamily> families) => (Name, Families) = (name, families);

    /// <summary>As the command line calls it.</summary>
    public string Name { get; }

    /// <summary>Its families; the first is the one that VXLAN packets and the API server are reached by.</summary>
    public ImmutableArray<LabFamily> Families { get; }

    /// <summary>The switch's first address.</summary>
    public IPAddress SwitchAddress => Families[0].Switch;

    /// <summary>Reads a name.</summary>
    /// <param name="name">As <c>dual</c>.</param>
    /// <exception cref="FormatException">There is none of the name.</exception>
    public static LabStack Parse(string name) =>
        All.FirstOrDefault(stack => string.Equals(stack.Name, name, StringComparison.Ordinal))
        ?? throw new FormatException($"--stack '{name}' must be one of {string.Join(", ", All.Select(stack => stack.Name))}");

    /// <summary>A node's addresses, the one that VXLAN packets use first.</summary>
    /// <param name="number">The node's number, from 1 to 200.</param>
    public ImmutableArray<IPAddress> NodeAddresses(int number) => [.. Families.Select(family => family.Node(number))];

    /// <summary>An OverlayNetwork's spec with its pools.</summary>
    public JsonObject NetworkSpec() => new() { ["pools"] = new JsonArray([.. Families.Select(family => family.ToPool())]) };

    /// <summary>For messages.</summary>
    public override string ToString() => Name;

    /// <summary>What the lab of a name was built with, for processes that did not build it.</summary>
    internal static LabStack Of(LabInstance instance) => File.Exists(FileOf(instance)) ? Parse(File.ReadAllText(FileOf(instance))) : IPv4;

    internal void Save(LabInstance instance) => File.WriteAllText(FileOf(instance), Name);

    private static string FileOf(LabInstance instance) => instance.Folder + "/stack";
}
