using Overlay.Api.Objects;

namespace Overlay.Kube.Caching;

/// <summary>Keeps the highest resourceVersion of some objects. Only when the object that has it goes are the others looked at, and when somebody asks.</summary>
internal sealed class NewestVersion
{
    private ulong? _highest;
    private bool _known = true;

    /// <summary>An object came, changed or went.</summary>
    /// <param name="before">Its version before; null: it was not there.</param>
    /// <param name="now">Its version now; null: it is gone.</param>
    public void Change(string? before, string? now)
    {
        var version = Versions.Number(now);
        if (version >= (_highest ?? 0))
            (_highest, _known) = (version, true);
        else if (_highest is not null && Versions.Number(before) == _highest)
            _known = false;
    }

    /// <summary>The highest version among the objects, those of which was told.</summary>
    public ulong? Of(IEnumerable<IEntity> objects)
    {
        if (!_known)
            (_highest, _known) = (objects.Max(entity => Versions.Number(entity.Metadata.ResourceVersion)), true);
        return _highest;
    }
}
