using System.CommandLine;
using Weir.Observe.Tls;

namespace Weir.Cli.Certs;

/// <summary><c>weir certs</c>: makes the certificates that observers, relay and clients know each other by.</summary>
internal static class CertsCommand
{
    private static readonly Option<string?> _folder = new("--folder") { Description = "Write each secret's files into a folder of its name, below this one" };
    private static readonly Option<string?> _authority = new("--ca") { Description = "A folder with the ca.crt and ca.key of an earlier run: sign with that CA instead of a new one" };
    private static readonly Option<string> _namespace = new("--namespace") { Description = "The namespace of the secrets", DefaultValueFactory = _ => "kube-system" };
    private static readonly Option<string> _cluster = new("--cluster") { Description = "The cluster's name", DefaultValueFactory = _ => "default" };
    private static readonly Option<int> _days = new("--days") { Description = "How many days the certificates hold; the CA holds three times as long", DefaultValueFactory = _ => 365 };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("certs", "Make a CA and the certificates of observers, relay and clients: Kubernetes secrets on the output, or files")
        {
            _folder, _authority, _namespace, _cluster, _days,
        };
        ExampleHelp.AddTo(command, "weir certs | kubectl apply -f -", "weir certs --folder ./certs", "weir certs --ca ./certs/hubble-ca-secret --folder ./certs   # renew, under the same CA");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var days = parsed.GetValue(_days);
            if (days is < 1 or > 3650) throw new UsageException($"--days {days} makes no sense; give 1 to 3650.");
            var lifetime = TimeSpan.FromDays(days);
            using var authority = parsed.GetValue(_authority) is { } known
                ? CertificateAuthority.FromPem(File.ReadAllText(Path.Combine(known, "ca.crt")), File.ReadAllText(Path.Combine(known, "ca.key")), TimeProvider.System)
                : CertificateAuthority.Create("hubble-ca.cilium.io", lifetime * 3, TimeProvider.System);
            var secrets = HubbleSecrets.Make(authority, parsed.GetValue(_cluster)!, lifetime);
            if (parsed.GetValue(_folder) is { } folder)
            {
                HubbleSecrets.Write(secrets, folder);
                foreach (var name in secrets.Keys) output.WriteLine(Path.Combine(folder, name));
            }
            else
            {
                output.Write(HubbleSecrets.ToYaml(secrets, parsed.GetValue(_namespace)!));
            }

            return 0;
        }
        catch (UsageException e)
        {
            error.WriteLine($"weir certs: {e.Message}");
            return CommandRun.Misused;
        }
        catch (Exception e) when (e is TlsException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"weir certs: {e.Message}");
            return 1;
        }
    }
}
