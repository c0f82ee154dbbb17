using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Hub.Server;

/// <summary>Who may ask: whoever shows the hub's token.</summary>
/// <param name="token">The token.</param>
internal sealed class BearerToken(string token)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whether a request shows it. Takes the same time whatever it shows.</summary>
    public bool IsShownIn(HttpRequest request)
    {
        var shown = request.Headers.Authorization.ToString();
        return shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(shown[Scheme.Length..].Trim())));
    }
}
