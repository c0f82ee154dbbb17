using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Workloads.World;

namespace Weir.Lab.Network;

/// <summary>The certificate authority of one lab: made at its start, trusted by its pods alone, gone with it.</summary>
/// <param name="AuthorityPem">The authority's certificate.</param>
/// <param name="SitesPem">One certificate for all sites of the outside world, and its key.</param>
internal sealed record WorldAuthority(string AuthorityPem, string SitesPem)
{
    /// <summary>Makes one, good for 30 days.</summary>
    public static WorldAuthority Create(TimeProvider time)
    {
        var from = time.GetUtcNow().AddDays(-1);
        var until = from.AddDays(31);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Weir lab authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        using var root = authority.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Weir lab outside world", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var site in WorldSite.All) names.AddDnsName(site.Name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var sites = request.Create(root, from, until, RandomNumberGenerator.GetBytes(16));
        return new WorldAuthority(root.ExportCertificatePem() + "\n", sites.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
