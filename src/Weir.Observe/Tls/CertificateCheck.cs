using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Observe.Tls;

/// <summary>Says why a certificate is not good enough.</summary>
public static class CertificateCheck
{
    /// <summary>What a certificate must be good for, to show a server's identity.</summary>
    internal const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>What a certificate must be good for, to show a client's identity.</summary>
    internal const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>The reason, as the end of a sentence that begins with whose it is; null when there is none.</summary>
    /// <param name="certificate">The certificate that was shown.</param>
    /// <param name="extra">What was shown behind it.</param>
    /// <param name="trusted">Whom to trust, and the file that says so.</param>
    /// <param name="wantedName">The name that it has to have; null for any.</param>
    /// <param name="use">What it has to be good for.</param>
    /// <param name="now">The time.</param>
    internal static string? Problem(
        X509Certificate2 certificate, X509Certificate2Collection extra, TlsMaterial.Snapshot trusted, string? wantedName, string use, DateTimeOffset now)
    {
        if (now < certificate.NotBefore) return Invariant($"is valid only from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z on");
        if (now > certificate.NotAfter) return Invariant($"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z");
        if (wantedName is not null && !certificate.MatchesHostname(wantedName, allowCommonName: false))
            return $"is for {NamesOf(certificate)} and not for {wantedName}";
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(extra);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        if (trusted.Authorities.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted.Authorities);
        }

        if (chain.Build(certificate)) return null;
        var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        if ((faults & X509ChainStatusFlags.NotValidForUsage) != 0) return use == ClientUse ? "is not one for clients" : "is not one for servers";
        if ((faults & X509ChainStatusFlags.NotTimeValid) != 0) return "is signed by a CA whose own certificate expired";
        var authority = trusted.Authorities.Count > 0 ? $"the CA in {trusted.AuthorityNames}" : "a CA that this machine trusts";
        return $"is signed by {certificate.Issuer}, which is not {authority}";
    }

    /// <summary>Who a certificate says that its owner is.</summary>
    internal static string OwnerOf(X509Certificate2 certificate) => certificate.Subject.Length > 0 ? certificate.Subject : NamesOf(certificate);

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count > 0 ? string.Join(", ", names) : "no name at all";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
