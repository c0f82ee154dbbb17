using System.Security.Cryptography.X509Certificates;
using Weir.Protocols.Dns;
using Weir.Workloads.ClusterDns;
using Weir.Workloads.Http;
using Weir.Workloads.Roles;

namespace Weir.Workloads.World;

/// <summary>Everything outside the cluster: authoritative DNS (port 53) and a few well-known sites (ports 80 and 443).</summary>
/// <remarks>Argument: a PEM file with the sites' certificate and its key; without it there is no port 443.</remarks>
internal static class OutsideWorld
{
    private const uint TimeToLive = 60;

    public static async Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var web = new HttpService(context.Network, null, (request, _) => Task.FromResult(WorldSite.Answer(request, isSecure: false)));
        List<Task> servers = [new DnsService(context.Network, AnswerAsync, WorldSite.NameServer).RunAsync(cancellation), web.RunAsync(80, cancellation)];
        using var certificate = context.Arguments is [var path] ? ReadCertificate(context, path) : null;
        if (certificate is not null)
        {
            var secure = new HttpService(context.Network, certificate, (request, _) => Task.FromResult(WorldSite.Answer(request, isSecure: true)));
            servers.Add(secure.RunAsync(443, cancellation));
        }

        context.Out("world: serving\n");
        return await RoleLoop.AllAsync([.. servers]);
    }

    private static X509Certificate2 ReadCertificate(AppletContext context, string path)
    {
        var pem = context.ReadText(path);
        if (pem.Length == 0) throw new IOException($"There is no certificate in {path}; give a PEM file with the certificate and its key.");
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private static Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> question, int most, CancellationToken cancellation)
    {
        if (!DnsReply.TryRead(question.Span, out var asked)) return Task.FromResult<byte[]?>(null);
        var records = WorldNames.Find(asked.Name);
        var code = records is null ? DnsResponseCode.NameError : DnsResponseCode.NoError;
        return Task.FromResult<byte[]?>(DnsReply.Write(asked, code, records ?? [], "example", TimeToLive, most));
    }
}
