using System.Runtime.InteropServices;
using Weir.Cluster;
using Weir.Lab.Manifests;
using Weir.Lab.Network;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;

namespace Weir.Lab.ClusterApi;

/// <summary>The lab's Hubble: its certificates, and the relay's pod.</summary>
/// <remarks>
/// The pod's program is <c>weir relay</c> on this machine's .NET, both mounted read-only: it runs in a container and in a
/// pod's network like any other, and is built with everything else.
/// </remarks>
internal static class LabHubble
{
    private const string Manifest = "hubble-relay.yaml";
    private static readonly TimeSpan _lifetime = TimeSpan.FromDays(365);

    /// <summary>Makes the certificates, unless a lab that this one goes on with has them.</summary>
    public static void MakeCertificates(string runFolder, TimeProvider time)
    {
        Directory.CreateDirectory(Path.Combine(runFolder, "relay"));
        var folder = Folder(runFolder);
        if (Directory.Exists(folder)) return;
        using var authority = CertificateAuthority.Create("hubble-ca.cilium.io", _lifetime, time);
        HubbleSecrets.Write(HubbleSecrets.Make(authority, "default", _lifetime), folder);
    }

    /// <summary>The folder that the nodes' observers have their certificates in.</summary>
    public static string ServerCertificates(string runFolder) => Path.Combine(Folder(runFolder), HubbleSecrets.Server);

    /// <summary>The folder of one of the secrets' files.</summary>
    public static string Certificates(string runFolder, string secret) => Path.Combine(Folder(runFolder), secret);

    /// <summary>Where the machine asks the relay, without TLS: whoever may open the socket owns the lab.</summary>
    public static string RelaySocket(string runFolder) => Path.Combine(runFolder, "relay/relay.sock");

    /// <summary>Creates the secrets that users read, and the relay.</summary>
    public static async Task ApplyAsync(
        KubernetesConnection connection, string runFolder, string weirFolder, int nodes, CancellationToken cancellation)
    {
        var applier = new ManifestApplier(connection);
        await applier.ApplyAsync(HubbleSecrets.ToYaml(Secrets(runFolder), "kube-system"), cancellation, "the relay's secrets");
        await using var stream = typeof(LabHubble).Assembly.GetManifestResourceStream(Manifest)!;
        using var reader = new StreamReader(stream);
        var services = string.Concat(Enumerable.Range(1, nodes).Select(n => $"            - --peer-service\n            - \"{LabAddresses.Node(n)[0]}:{PeerNode.Port}\"\n"));
        var text = (await reader.ReadToEndAsync(cancellation))
            .Replace("PEER_SERVICES\n", services, StringComparison.Ordinal)
            .Replace("RUN_FOLDER", runFolder, StringComparison.Ordinal)
            .Replace("DOTNET_FOLDER", DotnetFolder(), StringComparison.Ordinal)
            .Replace("WEIR_FOLDER", weirFolder, StringComparison.Ordinal);
        await applier.ApplyAsync(text, cancellation, Manifest);
    }

    // .../shared/Microsoft.NETCore.App/10.0.0/ is three below it.
    private static string DotnetFolder() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static SortedDictionary<string, IReadOnlyDictionary<string, string>> Secrets(string runFolder)
    {
        // The CA's key stays with the lab: nobody in the cluster signs.
        var secrets = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(Folder(runFolder)))
        {
            if (Path.GetFileName(folder) == HubbleSecrets.Authority) continue;
            secrets[Path.GetFileName(folder)] = Directory.EnumerateFiles(folder).ToDictionary(f => Path.GetFileName(f), File.ReadAllText, StringComparer.Ordinal);
        }

        return secrets;
    }

    private static string Folder(string runFolder) => Path.Combine(runFolder, "hubble");
}
