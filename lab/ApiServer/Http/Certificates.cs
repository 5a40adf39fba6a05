using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>A CA of our own and the server's certificate under it.</summary>
internal sealed record Certificates(string CaPem, X509Certificate2 Server)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    public static Certificates LoadOrMake(string? folder, IEnumerable<IPAddress> addresses, TimeProvider clock)
    {
        if (folder is null)
            return Make(addresses, clock);
        var (caFile, serverFile) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "server.pfx"));
        if (File.Exists(caFile) && File.Exists(serverFile))
            return new Certificates(File.ReadAllText(caFile), X509CertificateLoader.LoadPkcs12FromFile(serverFile, null));
        Directory.CreateDirectory(folder);
        var made = Make(addresses, clock);
        File.WriteAllText(caFile, made.CaPem);
        File.WriteAllBytes(serverFile, made.Server.Export(X509ContentType.Pkcs12));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(serverFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return made;
    }

    private static Certificates Make(IEnumerable<IPAddress> addresses, TimeProvider clock)
    {
        var from = clock.GetUtcNow().AddHours(-1);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=overlay-lab-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        using var ca = caRequest.CreateSelfSigned(from, from + Life);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var dns in (string[])["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"])
            names.AddDnsName(dns);
        foreach (var address in addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Append(IPAddress.Parse("10.96.0.1")).Distinct())
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(ca, from, from + Life - TimeSpan.FromDays(1), RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);
        return new Certificates(ca.ExportCertificatePem(), X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable));
    }
}
