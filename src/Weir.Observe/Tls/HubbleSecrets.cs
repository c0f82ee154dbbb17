using System.Text;
using Weir.Observe.Hubble;

namespace Weir.Observe.Tls;

/// <summary>The certificates of a cluster's Hubble, with the names of Hubble's secrets and of what is in them.</summary>
public static class HubbleSecrets
{
    /// <summary>The name that clients expect of the relay.</summary>
    public const string RelayName = "instance.hubble-relay.cilium.io";

    /// <summary>The name of the UI.</summary>
    public const string InterfaceName = "ui.hubble-relay.cilium.io";

    /// <summary>The secret of the CA.</summary>
    public const string Authority = "hubble-ca-secret";

    /// <summary>The secret of the nodes' observers.</summary>
    public const string Server = "hubble-server-certs";

    /// <summary>The secret of the relay as a server.</summary>
    public const string RelayServer = "hubble-relay-server-certs";

    /// <summary>The secret of the relay as a client, which users of the CLI take too.</summary>
    public const string RelayClient = "hubble-relay-client-certs";

    /// <summary>The secret of the UI as a client.</summary>
    public const string InterfaceClient = "hubble-ui-client-certs";

    /// <summary>Makes all of them: secret → file → text.</summary>
    /// <param name="authority">Who signs.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="lifetime">How long they hold.</param>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Make(CertificateAuthority authority, string cluster, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal)
        {
            [Authority] = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ca.crt"] = authority.CertificatePem, ["ca.key"] = authority.KeyPem },
            [Server] = Issue([PeerNode.ServerNameOf("*", cluster)], isServer: true),
            [RelayServer] = Issue(["*.hubble-relay.cilium.io", RelayName, InterfaceName], isServer: true),
            [RelayClient] = Issue(["*.hubble-relay.cilium.io"], isServer: false),
            [InterfaceClient] = Issue(["*.hubble-ui.cilium.io"], isServer: false),
        };

        IReadOnlyDictionary<string, string> Issue(IReadOnlyList<string> names, bool isServer)
        {
            // A node is a client too, of the nodes whose peers it lists; a client is never a server.
            var (certificate, key) = authority.Issue(names, lifetime, forServers: isServer, forClients: true);
            return new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ca.crt"] = authority.CertificatePem, ["tls.crt"] = certificate, ["tls.key"] = key };
        }
    }

    /// <summary>The secrets as Kubernetes manifests, one document each.</summary>
    public static string ToYaml(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> secrets, string ns)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var yaml = new StringBuilder();
        foreach (var (name, files) in secrets)
        {
            yaml.Append(yaml.Length == 0 ? "" : "---\n");
            yaml.Append("apiVersion: v1\nkind: Secret\nmetadata:\n  name: ").Append(name).Append("\n  namespace: ").Append(ns).Append('\n');
            yaml.Append("type: ").Append(files.ContainsKey("tls.crt") ? "kubernetes.io/tls" : "Opaque").Append("\ndata:\n");
            foreach (var (file, text) in files) yaml.Append("  ").Append(file).Append(": ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))).Append('\n');
        }

        return yaml.ToString();
    }

    /// <summary>Writes each secret's files into a folder of its name; keys are for the owner alone.</summary>
    public static void Write(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> secrets, string folder)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        foreach (var (name, files) in secrets)
        {
            var home = Directory.CreateDirectory(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
            foreach (var (file, text) in files) WriteFile(Path.Combine(home, file), text);
        }
    }

    private static void WriteFile(string path, string text)
    {
        // Moved into place whole: whoever reads while it is written must not see half a certificate.
        var next = path + ".next";
        using (var file = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }

        File.Move(next, path, overwrite: true);
    }
}
