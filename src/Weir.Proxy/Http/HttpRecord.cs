using System.Net;
using Weir.Model;

namespace Weir.Proxy.Http;

/// <summary>A request or response, and what became of it.</summary>
/// <param name="Source">Who opened the connection.</param>
/// <param name="Destination">Where it wanted to go.</param>
/// <param name="Verdict">Forwarded, dropped by policy, or an error: not to be understood, or not to be delivered.</param>
/// <param name="Rules">The direction that decided; null where it was not policy.</param>
/// <param name="Exchange">What was said.</param>
/// <param name="ServerName">For TLS: the name asked for; then there is no exchange.</param>
internal readonly record struct HttpRecord(
    IPEndPoint Source, IPEndPoint Destination, Verdict Verdict, DirectionRules? Rules, HttpExchange? Exchange, string? ServerName = null);
