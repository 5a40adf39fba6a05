namespace Overlay.Lab.State;

/// <summary>
/// One command at a time builds or clears a lab. The kernel drops the lock with the process, so no killed run leaves it locked.
/// Children do not inherit it (close-on-exec).
/// </summary>
public sealed class LabLock : IDisposable
{
    private readonly FileStream file;

    private LabLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock of a lab.</summary>
    /// <param name="instance">The lab.</param>
    /// <exception cref="LabException">Somebody else builds or clears it at this moment.</exception>
    public static LabLock Take(LabInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var path = $"/run/lock/{instance.Prefix}.lock";
        Directory.CreateDirectory("/run/lock");
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) in .NET on Linux.
            return new LabLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new LabException($"another process builds or clears the lab {instance.Prefix} at this moment ({path} is locked): wait for it, or end it.", e);
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Dispose()
    {
        File.Delete(file.Name);
        file.Dispose();
    }
}
