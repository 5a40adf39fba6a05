using System.Text;

namespace Overlay.NodeAgent.Cni;

/// <summary>The CNI_* variables of one call, read and judged by the spec's section 2.</summary>
internal sealed class CallEnvironment
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    /// <summary>Reads NUL-terminated <c>NAME=value</c> entries; error 4 when they are not UTF-8.</summary>
    public CallEnvironment(ReadOnlySpan<byte> entries)
    {
        while (!entries.IsEmpty)
        {
            var end = entries.IndexOf((byte)0);
            var entry = end < 0 ? entries : entries[..end];
            entries = end < 0 ? default : entries[(end + 1)..];
            var equals = entry.IndexOf((byte)'=');
            if (equals > 0)
                _variables[Decode(entry[..equals])] = Decode(entry[(equals + 1)..]);
        }
    }

    /// <summary>CNI_COMMAND; error 4 when it is missing or unknown.</summary>
    public CniCommand Command =>
        Optional("CNI_COMMAND") switch
        {
            "ADD" => CniCommand.Add,
            "DEL" => CniCommand.Del,
            "CHECK" => CniCommand.Check,
            "STATUS" => CniCommand.Status,
            "GC" => CniCommand.Gc,
            "VERSION" => CniCommand.Version,
            null => throw Missing("CNI_COMMAND"),
            var other => throw Wrong("CNI_COMMAND", other, "it must be ADD, DEL, CHECK, STATUS, GC or VERSION"),
        };

    /// <summary>CNI_ARGS, raw.</summary>
    public string? Arguments => Optional("CNI_ARGS");

    /// <summary>CNI_NETNS; null when it is not set.</summary>
    public string? NetworkNamespace => Optional("CNI_NETNS");

    /// <summary>The attachment that the call is about; error 4 names every variable that is missing.</summary>
    /// <param name="network">The network's name from the configuration.</param>
    /// <param name="needsNamespace">Whether CNI_NETNS must be there too (ADD, CHECK).</param>
    public AttachmentKey Attachment(string network, bool needsNamespace)
    {
        string[] needed = needsNamespace ? ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"] : ["CNI_CONTAINERID", "CNI_IFNAME"];
        var missing = needed.Where(name => Optional(name) is null).ToArray();
        if (missing.Length > 0)
            throw Missing(missing);
        var (container, name) = (Optional("CNI_CONTAINERID")!, Optional("CNI_IFNAME")!);
        if (!CniNames.IsIdentifier(container))
            throw Wrong("CNI_CONTAINERID", container, "it must begin with a letter or digit and go on with letters, digits, '_', '.' and '-'");
        if (!CniNames.IsInterfaceName(name))
            throw Wrong("CNI_IFNAME", name, "it must be 1 to 15 bytes without '/', ':' and white space, and neither '.' nor '..'");
        if (needsNamespace && !NetworkNamespace!.StartsWith('/'))
            throw Wrong("CNI_NETNS", NetworkNamespace!, "it must be an absolute path of a network namespace");
        return new AttachmentKey(network, container, name);
    }

    private string? Optional(string name) => _variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException cause)
        {
            throw new CniException(CniErrorCode.BadEnvironment, "a CNI_ variable is not UTF-8", "look at the runtime that sets it", cause);
        }
    }

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static CniException Missing(params string[] names) =>
        new(
            CniErrorCode.BadEnvironment,
            $"required environment variables are missing: {string.Join(", ", names)}",
            "a container runtime sets them; when calling by hand, set them all"
        );

    private static CniException Wrong(string name, string value, string rule) => new(CniErrorCode.BadEnvironment, $"{name} is \"{value}\"", rule);
}
