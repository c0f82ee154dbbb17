namespace Weir.Proxy.Feed;

/// <summary>What the agent sets for the proxy.</summary>
public sealed record FeedSettings
{
    /// <summary>How long an answer counts at least, in seconds. Default: 60; from 0 to 86,400. A shorter time to live is taken for this one.</summary>
    public int MinimumTtlSeconds { get; set; } = 60;

    /// <summary>Whether a name that policy does not allow is answered with NXDOMAIN rather than with REFUSED. Default: no.</summary>
    public bool AnswersNameError { get; set; }

    /// <summary>The most addresses that are kept for a name of an endpoint; the one that expires first makes room. Default: 1,000.</summary>
    public int MaxAddressesPerName { get; set; } = 1_000;

    /// <summary>The most names that are kept for an endpoint; further ones are not learned, and so not allowed. Default: 65,536.</summary>
    public int MaxNamesPerEndpoint { get; set; } = 65_536;
}
