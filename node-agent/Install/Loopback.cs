using System.Security.Cryptography;
using System.Text;
using Overlay.NodeAgent.Files;

namespace Overlay.NodeAgent.Install;

/// <summary>
/// The CNI project's <c>loopback</c> plugin on a node that lacks it: containerd brings a sandbox's <c>lo</c> up by it and makes no pod without
/// (containerd, internal/cri/server/service_linux.go). Whatever has that name already is another's and stays as it is.
/// </summary>
/// <param name="source">The plugin to install; null: none.</param>
/// <param name="binDirectory">The runtime's plugin directory.</param>
/// <param name="record">Where the sum of what was installed is kept, so that a later clean-up knows the file again, of whatever version it is itself.</param>
internal sealed class Loopback(string? source, string binDirectory, string record)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The plugin's place; the name is the one that runtimes call.</summary>
    public string Installed { get; } = Path.Combine(binDirectory, "loopback");

    /// <summary>Where <see cref="IsOurs"/> is remembered.</summary>
    public string Record => record;

    /// <summary>Whether what is installed is what an agent of this node put there.</summary>
    public bool IsOurs => File.Exists(record) && File.Exists(Installed) && string.Equals(File.ReadAllText(record), Sum(Installed), StringComparison.Ordinal);

    /// <summary>Installs it where there is none.</summary>
    /// <param name="mode">Who may use it.</param>
    /// <returns>Whether it was installed.</returns>
    /// <exception cref="IOException">It can not be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public bool InstallIfMissing(UnixFileMode mode)
    {
        if (source is null || Path.Exists(Installed) || new FileInfo(Installed).LinkTarget is not null)
            return false;
        if (!File.Exists(source))
            throw new FileNotFoundException($"the loopback plugin to install, {source}, is not there: name it by --cni-loopback.");
        var program = File.ReadAllBytes(source);
        // Remembered first: a file of ours that nobody knows again would stay for ever.
        WholeFile.Write(record, Private, file => file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(program)))));
        WholeFile.Write(Installed, mode, file => file.Write(program));
        return true;
    }

    private static string Sum(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
