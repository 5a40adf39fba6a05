using System.Globalization;
using Overlay.NodeAgent.Rules.Walk;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>What targets do to a packet that goes on after them. Pure.</summary>
/// <param name="packet">The packet.</param>
/// <param name="sets">The ipsets.</param>
internal sealed class MarkTarget(WalkedPacket packet, ISetMembers sets)
{
    /// <summary>Whether a target neither decides nor changes what decides.</summary>
    internal static bool IsAside(SavedRule rule) =>
        rule.Target is "" or "NFLOG" or "LOG" or "TRACE" or "TCPMSS" || (rule is { Target: "SET", TargetOptions: [{ Name: "--add-set" or "--del-set" }, ..] });

    /// <summary>Does it.</summary>
    /// <exception cref="WalkException">It is not known here.</exception>
    internal void Apply(SavedRule rule)
    {
        var done = rule.Target switch
        {
            "MARK" => SetMark(rule),
            "CONNMARK" => Connection(rule),
            "SET" => MapSet(rule),
            "NOTRACK" => Untrack(),
            "CT" when rule.TargetOptions is [{ Name: "--notrack" }] => Untrack(),
            _ => IsAside(rule),
        };
        if (!done)
        {
            throw new WalkException($"'{rule.Text}', {rule.Place},");
        }
    }

    private bool SetMark(SavedRule rule)
    {
        if (rule.TargetOptions is not [{ Name: "--set-xmark" } set] || MaskedNumber.Of(set.Value) is not { } mark)
        {
            return false;
        }

        packet.Mark = mark.Into(packet.Mark);
        return true;
    }

    /// <summary>As the kernel's connmark_tg_shift does.</summary>
    private bool Connection(SavedRule rule)
    {
        var options = rule.TargetOptions.ToLookup(option => option.Name);
        if (rule.TargetOptions is [{ Name: "--set-xmark" } set])
        {
            var mark = MaskedNumber.Of(set.Value);
            packet.ConnectionMark = mark?.Into(packet.ConnectionMark) ?? 0;
            return mark is not null;
        }

        if (options.Any(option => option.Key is not ("--save-mark" or "--restore-mark" or "--nfmask" or "--ctmask" or "--left-shift-mark" or "--right-shift-mark")))
        {
            return false;
        }

        var (nfmask, ctmask) = (Mask("--nfmask"), Mask("--ctmask"));
        if (options.Contains("--save-mark"))
        {
            packet.ConnectionMark = (packet.ConnectionMark & ~ctmask) ^ Shifted(packet.Mark & nfmask);
        }
        else
        {
            packet.Mark = (packet.Mark & ~nfmask) ^ Shifted(packet.ConnectionMark & ctmask);
        }

        return true;

        uint Mask(string name) => options[name].FirstOrDefault() is { } given ? MaskedNumber.Of(given.Value)?.Value ?? throw new WalkException($"'{rule.Text}', {rule.Place},") : uint.MaxValue;

        uint Shifted(uint mark) => (mark << Bits("--left-shift-mark")) >> Bits("--right-shift-mark");

        int Bits(string name) => options[name].FirstOrDefault() is { } given ? int.Parse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    private bool MapSet(SavedRule rule)
    {
        if (rule.TargetOptions is [{ Name: "--add-set" or "--del-set" }, ..])
        {
            return true;
        }

        if (rule.TargetOptions is not [{ Name: "--map-set" } map, { Name: "--map-mark" }] || SetKey.Of(map, packet) is not { } key || sets.Has(key.Set, key.Address, key.Device) is not { } found)
        {
            return false;
        }

        if (found)
        {
            if (sets.Element(key.Set, key.Address, key.Device) is not { } element)
            {
                return false;
            }

            packet.Mark = element.Mark is { } mark ? new MaskedNumber((uint)(mark >> 32), (uint)mark).Into(packet.Mark) : packet.Mark;
        }

        return true;
    }

    private bool Untrack()
    {
        packet.IsTracked = false;
        return true;
    }
}
