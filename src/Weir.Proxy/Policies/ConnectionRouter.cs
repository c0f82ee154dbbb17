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
        if (LanguageOf(policy, sides) is not { } language) return (sides, Refuse);
        if (byLanguage.TryGetValue(language, out var serve)) return (sides, serve);

        // A language that nobody here speaks: it can pass only where nothing of it has to be understood.
        return (sides, sides.All(side => policy.Ask(side).Rules is not { IsUnrestricted: false }) ? null : Refuse);
    }

    /// <summary>Which language a connection has to be spoken in; null where nothing may pass, since no rule is known for it.</summary>
    public static string? LanguageOf(PolicyView policy, IReadOnlyList<ExchangeEnds> sides)
    {
                string? language = null;
        foreach (var side in sides)
        {
            var decision = policy.Ask(side);
            if (decision.IsDenied) return null;
            if (decision.Rules is null) continue;

            // Two sides that want different languages cannot both be held to.
            if (language is not null && language != decision.Parser) return null;
            language = decision.Parser;
        }

        return language;
    }

    private static Task Refuse(RedirectedConnection connection, CancellationToken cancellation)
    {
        TcpConnection.Abort(connection.Pod);
        return Task.CompletedTask;
    }
}
