using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Weir.Observe.Tls;

/// <summary>Lets in, of the clients that connect by TLS, those alone that show a certificate of the right CA.</summary>
/// <remarks>
/// It stands before everything else that answers. A client is refused in words and not by ending the handshake, since of
/// that it would see no more than a connection that breaks (OpenSSL's alerts do not reach it through .NET).
/// </remarks>
internal static class ClientGuard
{
    private const string Unauthenticated = "16"; // grpc.io/grpc/core/md_doc_statuscodes.html

    /// <summary>Answers a request, or hands it on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers those who may come in.</param>
    /// <param name="material">Whose clients may come in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told who was refused and why, as a sentence.</param>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next, TlsMaterial material, TimeProvider time, Action<string> report)
    {
        var trusted = material.Current;
        if (trusted.Authorities.Count == 0 || !context.Request.IsHttps || Problem(context.Connection.ClientCertificate, trusted, time) is not { } problem)
            return next(context);

        report($"Refused a client at {context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}: {problem}.");
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = Unauthenticated;
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString($"refused: {problem}").Replace("%20", " ", StringComparison.Ordinal);
        context.Connection.RequestClose();
        return Task.CompletedTask;
    }

    private static string? Problem(X509Certificate2? certificate, TlsMaterial.Snapshot trusted, TimeProvider time)
    {
        if (certificate is null) return $"the client showed no certificate; this server wants one of the CA in {trusted.AuthorityNames}";
        var problem = CertificateCheck.Problem(certificate, [], trusted, wantedName: null, CertificateCheck.ClientUse, time.GetUtcNow());
        return problem is null ? null : $"the client's certificate ({CertificateCheck.OwnerOf(certificate)}) {problem}";
    }
}
