using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Observe.Tls;

namespace Weir.Hub;

/// <summary>A hub's folder: its store, its socket, and the certificate and token that it makes for itself where it is given none.</summary>
/// <param name="folder">The folder; made when it is missing.</param>
public sealed class HubFolder(string folder)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan _lifetime = TimeSpan.FromDays(365);

    /// <summary>The store of flows.</summary>
    public string Store => Path.Combine(folder, "store");

    /// <summary>The Unix socket of the nodes.</summary>
    public string Socket => Path.Combine(folder, "hub.sock");

    /// <summary>The Unix socket of relays, which ask for older flows.</summary>
    public string HistorySocket => Path.Combine(folder, "history", "history.sock");

    /// <summary>The certificate of the authority that callers trust, PEM.</summary>
    public string Authority => Path.Combine(folder, "ca.crt");

    /// <summary>The changes of policies that the hub saw.</summary>
    public string Revisions => Path.Combine(folder, "policy-revisions.jsonl");

    /// <summary>The operators' token, made at the first call.</summary>
    public string Token() => TokenIn("token");

    /// <summary>The token of those who only look, made at the first call.</summary>
    public string ViewerToken() => TokenIn("viewer-token");

    /// <summary>The certificate for this machine's names, made at the first call and again when it is about to end.</summary>
    /// <param name="names">The names and addresses that callers use.</param>
    /// <param name="time">The clock.</param>
    public X509Certificate2 Certificate(IReadOnlyList<string> names, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Directory.CreateDirectory(folder);
        var (certificate, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        if (File.Exists(certificate) && File.Exists(key))
        {
            var known = X509Certificate2.CreateFromPemFile(certificate, key);
            if (known.NotAfter.ToUniversalTime() > time.GetUtcNow().AddDays(30)) return known;
            known.Dispose();
        }

        using var authority = CertificateAuthority.Create("weir-hub-ca", _lifetime, time);
        var made = authority.Issue(names, _lifetime, forServers: true, forClients: false);
        File.WriteAllText(Authority, authority.CertificatePem);
        Write(key, made.KeyPem);
        File.WriteAllText(certificate, made.CertificatePem);
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }

    private string TokenIn(string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        if (!File.Exists(path)) Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        return File.ReadAllText(path).Trim();
    }

    private static void Write(string path, string text)
    {
        using var file = new StreamWriter(new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private }));
        file.Write(text);
    }
}
