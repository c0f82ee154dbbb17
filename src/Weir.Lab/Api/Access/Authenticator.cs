using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Access;

/// <summary>Tells who sends a request: by the socket it came over, a client certificate, or a bearer token.</summary>
/// <param name="keys">The cluster's keys; null where everyone who reaches the server is its administrator.</param>
/// <param name="accounts">Knows service accounts' tokens; null where there are no keys.</param>
internal sealed class Authenticator(ApiKeys? keys, ServiceAccountTokens? accounts)
{
    private const int MostCertificates = 1024;

    private readonly ConcurrentDictionary<string, ApiUser?> _certificates = new();

    /// <summary>The sender.</summary>
    /// <exception cref="ApiStatusException">What it showed is not good (401).</exception>
    public ApiUser Of(HttpContext http)
    {
        if (keys is null || http.Features.Get<OwnSocket>() is not null) return ApiUser.Administrator;
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.Length > 0) return OfHeader(authorization) ?? throw Refusal();
        if (http.Connection.ClientCertificate is not { } certificate) return ApiUser.Anonymous;
        if (_certificates.Count > MostCertificates) _certificates.Clear();
        return _certificates.GetOrAdd(certificate.Thumbprint, _ => OfCertificate(certificate, keys.Authority)) ?? throw Refusal();
    }

    /// <summary>The owner of a token; null when it is not good.</summary>
    public ApiUser? OfToken(string token, IReadOnlyList<string>? audiences = null) =>
        keys is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(keys.Token))
            ? ApiUser.Administrator
            : accounts?.Verify(token, audiences);

    /// <summary>What a server says to those that it does not know.</summary>
    public static ApiStatusException Refusal() => new(401, "Unauthorized", "Unauthorized");

    private ApiUser? OfHeader(string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? OfToken(authorization["Bearer ".Length..].Trim()) : null;

    private static ApiUser? OfCertificate(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        if (!chain.Build(certificate)) return null;
        string? name = null;
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            // CN is the name, each O a group.
            var value = part.GetSingleElementValue();
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.3":
                    name = value;
                    break;
                case "2.5.4.10" when value is not null:
                    groups.Add(value);
                    break;
            }
        }

        groups.Add(ApiUser.Authenticated);
        return name is null ? null : new ApiUser(name, groups);
    }

    /// <summary>Marks the connections of the server's own socket.</summary>
    internal sealed class OwnSocket;
}
