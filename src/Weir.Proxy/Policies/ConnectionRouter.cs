using System.Net;
using Weir.Model;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Relay;

namespace Weir.Proxy.Policies;

/// <summary>Gives each redirected TCP connection to who speaks the language of its rules.</summary>
/// <param name="policies">The policy in force.</param>
/// <param name="byLanguage">Who speaks which language, by <see cref="L7Decision.Parser"/>.</param>
internal sealed class ConnectionRouter(PolicyStore policies, IReadOnlyDictionary<string, ServeConnection> byLanguage)
{
    /// <summary>For <see cref="TcpRelay.Choose"/>.</summary>
    public (IReadOnlyList<ExchangeEnds> Sides, ServeConnection? Serve) Choose(IPEndPoint client, IPEndPoint destination)
    {
        var policy = policies.Current;
        var sides = RedirectedConnection.SidesOf(policy, IpProtocol.Tcp, client, destination);
        if (sides.Count == 0) return (sides, Refuse);

        L7Decision? limiting = null;
        foreach (var side in sides)
        {
            var decision = policy.Ask(side);
            if (decision.IsDenied) return (sides, Refuse);
            if (decision.Rules is null) continue;

            // Two sides that want different languages cannot both be held to.
            if (limiting is not null && limiting.Parser != decision.Parser) return (sides, Refuse);
            limiting = decision;
        }

        // No side has rules: they were taken back since the datapath redirected, and the connection may pass as it is.
        return limiting is null ? (sides, null) : (sides, byLanguage.GetValueOrDefault(limiting.Parser, Refuse));
    }

    private static Task Refuse(RedirectedConnection connection, CancellationToken cancellation)
    {
        TcpConnection.Abort(connection.Pod);
        return Task.CompletedTask;
    }
}
