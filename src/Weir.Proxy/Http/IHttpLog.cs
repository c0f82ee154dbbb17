namespace Weir.Proxy.Http;

/// <summary>Takes what the proxies saw. Must not wait: what it cannot take it counts as lost.</summary>
internal interface IHttpLog
{
    /// <summary>Takes one record. Any thread.</summary>
    void Add(in HttpRecord record);
}
