using System.CommandLine;
using Weir.Policy.Explain;
using Weir.Policy.Testing;

namespace Weir.Cli.Policy;

/// <summary><c>weir policy explain</c>: answers "why?" about one connection.</summary>
internal static class ExplainCommand
{
    private const string Ends = "namespace/pod, a label (app=web), an address, or an entity (world, host, ...)";

    private static readonly Option<string> _from = new("--from") { Description = $"Who opens the connection: {Ends}", Required = true };
    private static readonly Option<string> _to = new("--to") { Description = $"To whom: {Ends}, or a DNS name", Required = true };
    private static readonly Option<string> _port = new("--port") { Description = "The destination port and protocol: 3002/tcp, 53/udp, 8/icmp", Required = true };
    private static readonly Option<string?> _http = new("--http") { Description = "The request that is made: 'GET /items'" };
    private static readonly Option<string?> _dns = new("--dns") { Description = "The name that is asked for" };
    private static readonly Option<string> _output = new("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };

    private static readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "The namespace of pods and documents that name none",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("explain", "Tell what becomes of a connection, which rule decides, and what would allow it")
        {
            _from, _to, _port, _http, _dns, _namespace, WorldSource.Files, PodSource.Endpoints, WorldSource.Api, _output,
        };
        ExampleHelp.AddTo(
            command,
            "weir policy explain -n pets --from order-service --to product-service --port 3002/tcp",
            "weir policy explain -f shop.yaml -n shop --from web --to app=api --port 8080/tcp --http 'GET /items'");
        command.SetAction((parsed, cancellation) => PolicyCommand.RunAsync(parsed, () => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var request = RequestOf(parsed);
        var ns = parsed.GetRequiredValue(_namespace);
        var world = await WorldSource.ReadAsync(parsed, null, ns, cancellation);
        var code = await WorldSource.ReportAsync(parsed, world);
        var explanation = Explain(world, parsed, request, ns);
        await parsed.InvocationConfiguration.Output.WriteAsync(parsed.GetValue(_output) == "json" ? explanation.ToJson() : explanation.ToText());
        return code;
    }

    private static Explanation Explain(WorldFiles world, ParseResult parsed, CaseRequest? request, string ns)
    {
        try
        {
            return new Explainer(world.World, world.Places).Explain(
                parsed.GetRequiredValue(_from), parsed.GetRequiredValue(_to), parsed.GetRequiredValue(_port), request, ns);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UsageException(e.Message);
        }
    }

    private static CaseRequest? RequestOf(ParseResult parsed)
    {
        var (http, dns) = (parsed.GetValue(_http), parsed.GetValue(_dns));
        if (http is not null && dns is not null) throw new UsageException("a connection carries a request or a name lookup; give one of --http and --dns.");
        if (dns is not null) return dns.Length > 0 ? new CaseRequest { Name = dns } : throw new UsageException("--dns: the name is empty.");
        try
        {
            return http is null ? null : CaseRequest.ParseHttp(http);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--http: {e.Message}");
        }
    }
}
