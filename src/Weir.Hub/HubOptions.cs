using System.Net;
using System.Security.Cryptography.X509Certificates;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Hub.Metrics;
using Weir.Hub.Ui;
using Weir.Observe.Server;

namespace Weir.Hub;

/// <summary>How a hub runs.</summary>
public sealed record HubOptions
{
    /// <summary>The store of flows.</summary>
    public required StoreOptions Store { get; init; }

    /// <summary>The Unix socket on which nodes bring their flows; whoever may open it is trusted.</summary>
    public required string IngestSocket { get; init; }

    /// <summary>
    /// Where older flows are told to relays and to Hubble's clients, as an observer; null: nowhere. Apart from the nodes' socket, since
    /// who reads must not be able to write. By TCP it is for clients of the listeners' own authority.
    /// </summary>
    public ServerListeners? History { get; init; }

    /// <summary>Where questions are taken, by TLS; port 0 takes any.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The certificate that is shown there, with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The bearer token that callers show; not empty.</summary>
    public required string Token { get; init; }

    /// <summary>The nodes whose metrics are passed on.</summary>
    public IReadOnlyList<MetricsNode> Nodes { get; init; } = [];

    /// <summary>Where the metrics are served without TLS and token besides; port 0 takes any. Null: nowhere.</summary>
    public IPEndPoint? MetricsListen { get; init; }

    /// <summary>What each query may use.</summary>
    public QueryLimits Limits { get; init; } = new();

    /// <summary>Origins whose pages may ask from a browser. Default: Azure Data Explorer's web client.</summary>
    public IReadOnlyCollection<string> Origins { get; init; } = ["https://dataexplorer.azure.com"];

    /// <summary>How many queries run at once; more wait. Default: 2.</summary>
    public int QueriesAtOnce { get; init; } = 2;

    /// <summary>The web UI and what it sees beyond the store.</summary>
    public UiOptions Ui { get; init; } = new();

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Store.Problems()) yield return problem;
        foreach (var problem in Limits.Problems()) yield return problem + ".";
        foreach (var origin in Origins.Where(o => !Uri.TryCreate(o, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != o))
            yield return $"'{origin}' is no origin of a page; give scheme and host, such as https://dataexplorer.azure.com.";
        foreach (var problem in Ui.Problems()) yield return problem;
        if (History is { Tcp.Count: > 0, Tls: null }) yield return "Older flows are told by TCP without TLS; give a certificate, its key and the authority of the clients.";
        if (Token.Length < 16) yield return "The token has fewer than 16 characters; give a longer one.";
        if (QueriesAtOnce is < 1 or > 64) yield return $"{QueriesAtOnce} queries may run at once; give 1 to 64.";
    }
}
