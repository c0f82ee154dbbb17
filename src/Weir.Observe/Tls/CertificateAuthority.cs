using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Observe.Tls;

/// <summary>A CA of a cluster's own, for the observers, the relay and their clients. ECDSA P-256 throughout.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(5); // clocks differ
    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 certificate, TimeProvider time) => (_certificate, _time) = (certificate, time);

    /// <summary>The certificate that the others trust, PEM.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Its key, PEM (PKCS #8): who has it can be anybody.</summary>
    public string KeyPem => _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>Makes a new CA.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="lifetime">How long it holds.</param>
    /// <param name="time">The clock.</param>
    public static CertificateAuthority Create(string name, TimeSpan lifetime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - _skew, now + lifetime), time);
    }

    /// <summary>Takes a CA that exists.</summary>
    /// <exception cref="TlsException">They are no CA's certificate and key.</exception>
    public static CertificateAuthority FromPem(string certificatePem, string keyPem, TimeProvider time)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority) && certificate.GetECDsaPrivateKey() is not null)
                return new CertificateAuthority(certificate, time);
            certificate.Dispose();
            throw new TlsException("The certificate is not one of a CA with an ECDSA key; give the ca.crt and ca.key that 'weir certs' made.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsException($"These are no certificate and key of a CA, in PEM: {e.Message}");
        }
    }

    /// <summary>Makes a certificate and its key, both PEM.</summary>
    /// <param name="names">The DNS names that it is for; the first is its common name.</param>
    /// <param name="lifetime">How long it holds; never longer than the CA.</param>
    /// <param name="forServers">Whether a server may show it.</param>
    /// <param name="forClients">Whether a client may show it.</param>
    public (string CertificatePem, string KeyPem) Issue(IReadOnlyList<string> names, TimeSpan lifetime, bool forServers, bool forClients)
    {
        ArgumentNullException.ThrowIfNull(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        OidCollection uses = [];
        if (forServers) uses.Add(new Oid(CertificateCheck.ServerUse));
        if (forClients) uses.Add(new Oid(CertificateCheck.ClientUse));
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var now = _time.GetUtcNow();
        DateTimeOffset caEnd = _certificate.NotAfter.ToUniversalTime(), caStart = _certificate.NotBefore.ToUniversalTime();
        var (from, to) = (now - _skew, now + lifetime);
        using var issued = request.Create(_certificate, from < caStart ? caStart : from, to > caEnd ? caEnd : to, RandomNumberGenerator.GetBytes(16));
        return (issued.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
