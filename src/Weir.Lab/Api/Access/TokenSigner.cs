using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Signs claims as JSON Web Tokens with ES256 (RFC 7515, RFC 7518 section 3.4), and opens those that it signed itself.</summary>
internal sealed class TokenSigner
{
    private const int LongestToken = 16 * 1024;
    private const int SignatureBytes = 64;
    private readonly ECDsa _key;
    private readonly string _header;

    // The key's object is not for many threads at once.
    private readonly Lock _lock = new();

    /// <summary>Takes a P-256 key, which the caller owns.</summary>
    public TokenSigner(ECDsa key)
    {
        _key = key;
        var id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        _header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{id}}"}"""));
    }

    /// <summary>Signs.</summary>
    public string Sign(JsonObject claims)
    {
        var signed = $"{_header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        lock (_lock) return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The claims; null when the text is no token of this signer. Says nothing of whether the claims hold.</summary>
    public JsonObject? Open(string token)
    {
        if (token.Length > LongestToken || token.Split('.') is not [var header, var claims, var signature] || header != _header) return null;
        if (!Base64Url.IsValid(claims) || !Base64Url.IsValid(signature, out var length) || length != SignatureBytes) return null;
        lock (_lock)
        {
            if (!_key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)) return null;
        }

        return JsonTree.Parse(Base64Url.DecodeFromChars(claims));
    }
}
