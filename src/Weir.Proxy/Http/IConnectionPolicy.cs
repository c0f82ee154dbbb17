using System.Net;

namespace Weir.Proxy.Http;

/// <summary>What policy says about redirected connections.</summary>
internal interface IConnectionPolicy
{
    /// <summary>Changes whenever an answer may have changed. Any thread.</summary>
    long Revision { get; }

    /// <summary>What may be said on a connection. Any thread.</summary>
    /// <param name="source">Who opened it.</param>
    /// <param name="destination">Where it wanted to go.</param>
    ConnectionRules Ask(IPEndPoint source, IPEndPoint destination);
}
