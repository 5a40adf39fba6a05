using System.Globalization;
using System.Runtime.InteropServices;

namespace Overlay.Netlink;

/// <summary>The kernel refused a request: says what was attempted, on which object, the errno and the kernel's own words.</summary>
public sealed class NetlinkException : IOException
{
    internal NetlinkException(string operation, object target, Errno errno, string? kernelMessage = null)
        : base(Compose(operation, target, errno, kernelMessage))
    {
        Operation = operation;
        Target = target;
        Errno = errno;
        KernelMessage = kernelMessage;
        Failures = [this];
        HResult = (int)errno;
    }

    private NetlinkException(IReadOnlyList<NetlinkException> failures)
        : base(string.Create(CultureInfo.InvariantCulture, $"{failures[0].Message} (and {failures.Count - 1} more of the batch failed)"), failures[0])
    {
        (Operation, Target, Errno, KernelMessage) = (failures[0].Operation, failures[0].Target, failures[0].Errno, failures[0].KernelMessage);
        Failures = failures;
        HResult = (int)Errno;
    }

    /// <summary>What was attempted, as a verb with its object: "add address".</summary>
    public string Operation { get; }

    /// <summary>On what: the record that was to be written, or the name that was asked for.</summary>
    public object Target { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    /// <summary>The kernel's extended acknowledgement, if it gave one: a sentence, and where it points into the message.</summary>
    public string? KernelMessage { get; }

    /// <summary>All that failed of a batch, in order; only this exception where there was one request.</summary>
    public IReadOnlyList<NetlinkException> Failures { get; }

    /// <summary>Whether the object was not there.</summary>
    public bool IsMissing => Errno is Errno.ENOENT or Errno.ESRCH or Errno.ENODEV or Errno.EADDRNOTAVAIL or Errno.ENXIO;

    /// <summary>Whether the object was there already.</summary>
    public bool IsExisting => Errno is Errno.EEXIST;

    internal static NetlinkException FromLastError(string operation, object target) =>
        new(operation, target, (Errno)Marshal.GetLastPInvokeError());

    internal static NetlinkException OfBatch(IReadOnlyList<NetlinkException> failures) =>
        failures.Count == 1 ? failures[0] : new NetlinkException(failures);

    private static string Compose(string operation, object target, Errno errno, string? kernelMessage)
    {
        var text = Marshal.GetPInvokeErrorMessage((int)errno);
        var detail = string.IsNullOrEmpty(kernelMessage) ? "" : $"; the kernel says: {kernelMessage}";
        return $"Could not {operation} {target}: {text} ({errno}){detail}";
    }
}
