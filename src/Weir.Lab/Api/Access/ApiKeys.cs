using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Lab.Api.Access;

/// <summary>The keys of one cluster: its authority, the server's certificate, the administrator's certificate and token, the signer of service accounts' tokens.</summary>
/// <remarks>Made once in a folder that its owner alone may read, so that a kubeconfig stays good when the server is started again.</remarks>
public sealed class ApiKeys : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly string[] _names =
        ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

    private static readonly string[] _addresses = ["127.0.0.1", "::1", "10.0.0.1", "fd00:10::1"];

    private ApiKeys(string folder)
    {
        AuthorityPath = Path.Combine(folder, "ca.crt");
        AuthorityPem = File.ReadAllText(AuthorityPath);
        AdministratorPem = File.ReadAllText(Path.Combine(folder, "admin.crt"));
        AdministratorKeyPem = File.ReadAllText(Path.Combine(folder, "admin.key"));
        Token = File.ReadAllText(Path.Combine(folder, "token"));
        Authority = X509Certificate2.CreateFromPem(AuthorityPem);
        Server = X509Certificate2.CreateFromPem(
            File.ReadAllText(Path.Combine(folder, "server.crt")), File.ReadAllText(Path.Combine(folder, "server.key")));
        AccountKey = ECDsa.Create();
        AccountKey.ImportFromPem(File.ReadAllText(Path.Combine(folder, "sa.key")));
    }

    /// <summary>The file with the authority's certificate, PEM.</summary>
    public string AuthorityPath { get; }

    /// <summary>The authority's certificate, PEM.</summary>
    public string AuthorityPem { get; }

    /// <summary>The certificate of <c>kubernetes-admin</c> in <c>system:masters</c>, PEM.</summary>
    public string AdministratorPem { get; }

    /// <summary>Its private key, PEM.</summary>
    public string AdministratorKeyPem { get; }

    /// <summary>A bearer token of the same administrator.</summary>
    public string Token { get; }

    internal X509Certificate2 Authority { get; }

    internal X509Certificate2 Server { get; }

    internal ECDsa AccountKey { get; }

    /// <summary>Reads the keys of a folder; makes them where there are none yet.</summary>
    /// <param name="folder">Made for this user alone.</param>
    /// <param name="time">Tells from when the certificates are good; for ten years.</param>
    /// <exception cref="IOException">The folder or a file in it cannot be read or made.</exception>
    /// <exception cref="CryptographicException">A file is not what it should be: remove the folder.</exception>
    public static ApiKeys Open(string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The token is written last: with it the set is whole.
        if (!File.Exists(Path.Combine(folder, "token"))) Make(folder, time);
        return new ApiKeys(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        AccountKey.Dispose();
    }

    private static void Make(string folder, TimeProvider time)
    {
        var from = time.GetUtcNow().AddDays(-1);
        var until = from.AddYears(10);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=weir-lab-ca", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(from, until);

        Issue(folder, "server", "CN=kube-apiserver", ServerAuthentication, authority);
        Issue(folder, "admin", "O=system:masters, CN=kubernetes-admin", ClientAuthentication, authority);
        using var accounts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(folder, "sa.key", accounts.ExportPkcs8PrivateKeyPem());
        Write(folder, "ca.crt", authority.ExportCertificatePem() + "\n");
        Write(folder, "token", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
    }

    private static void Issue(string folder, string name, string subject, string usage, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (usage == ServerAuthentication)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var dns in _names) names.AddDnsName(dns);
            foreach (var address in _addresses) names.AddIpAddress(System.Net.IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        using var issued = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        Write(folder, name + ".crt", issued.ExportCertificatePem() + "\n");
        Write(folder, name + ".key", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static void Write(string folder, string name, string text)
    {
        using var file = new StreamWriter(new FileStream(Path.Combine(folder, name), new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }));
        file.Write(text);
    }
}
