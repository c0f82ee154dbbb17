using System.Text;
using Weir.Lab.Api.Access;

namespace Weir.Lab.Front;

/// <summary>The file by which clients find the lab's API and show who they are.</summary>
internal static class Kubeconfig
{
    /// <summary>Writes it, for its owner alone: the administrator's key is in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="api">The server's URL.</param>
    /// <param name="keys">The cluster's.</param>
    public static void Write(string path, string api, ApiKeys keys) => PrivateFile.Write(path, $"""
        apiVersion: v1
        kind: Config
        current-context: weir-lab
        contexts:
        - name: weir-lab
          context: {"{"}cluster: weir-lab, user: weir-lab-admin{"}"}
        clusters:
        - name: weir-lab
          cluster:
            server: {api}
            certificate-authority-data: {Base64(keys.AuthorityPem)}
        users:
        - name: weir-lab-admin
          user:
            client-certificate-data: {Base64(keys.AdministratorPem)}
            client-key-data: {Base64(keys.AdministratorKeyPem)}

        """);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
