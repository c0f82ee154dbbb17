using Weir.Cluster;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;

namespace Weir.Hub.Ui;

/// <summary>What the web UI shows, and to whom.</summary>
public sealed record UiOptions
{
    /// <summary>The token of those who only look; null for none. The hub's own token is the operators'.</summary>
    public string? ViewerToken { get; init; }

    /// <summary>The cluster's name, as pages show it. Default: <c>default</c>.</summary>
    public string ClusterName { get; init; } = "default";

    /// <summary>The folder with the built page. Default: <c>web</c> beside the program, or where the build puts it.</summary>
    public string WebFolder { get; init; } = UsualWebFolder();

    /// <summary>How the nodes' observers are asked, and who lists them.</summary>
    public RelayOptions Nodes { get; init; } = new() { Version = "0.1.0" };

    /// <summary>Nodes that are given; further ones come from <see cref="RelayOptions.PeerServices"/>.</summary>
    public IReadOnlyList<PeerNode> Peers { get; init; } = [];

    /// <summary>The cluster's API server, for policies and pods; null where there is none. The caller's, for as long as the hub runs.</summary>
    public KubernetesConnection? Api { get; init; }

    /// <summary>The file that keeps the changes of policies, for marks on timelines; null to forget them when the hub ends.</summary>
    public string? Revisions { get; init; }

    /// <summary>A Prometheus that the dashboards' panels are asked of; null for the hub's own recent samples.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Prometheus is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") }) yield return $"The Prometheus '{Prometheus}' is no address; give http://host:9090.";
        if (ViewerToken is { Length: < 16 }) yield return "The viewers' token has fewer than 16 characters; give a longer one.";
    }

    private static string UsualWebFolder()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "web");

        // Programs run from artifacts/bin/PROJECT/CONFIGURATION while they are worked on; the page is in artifacts/web.
        return Directory.Exists(beside) ? beside : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../web"));
    }
}
