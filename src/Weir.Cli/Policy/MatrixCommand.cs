using System.CommandLine;
using Weir.Policy.Matrix;
using Weir.Policy.Testing;

namespace Weir.Cli.Policy;

/// <summary><c>weir policy matrix</c>: who reaches whom on which port, and what a change of policies changes.</summary>
internal static class MatrixCommand
{
    private static readonly Option<string?> _namespace = new("--namespace", "-n") { Description = "Only pairs with an end in this namespace; also that of documents that name none" };
    private static readonly Option<string> _output = new("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };

    private static readonly Option<string[]> _diff = new("--diff")
    {
        Description = "OLD NEW: two files or folders of policies; show what changes from one to the other, for the pods of -f or of the cluster",
        HelpName = "OLD> <NEW",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("matrix", "List who reaches whom on which port") { _namespace, WorldSource.Files, _diff, PodSource.Endpoints, WorldSource.Api, _output };
        ExampleHelp.AddTo(command, "weir policy matrix -n pets", "weir policy matrix -n shop -f workloads.yaml --diff old/ new/");
        command.SetAction((parsed, cancellation) => PolicyCommand.RunAsync(parsed, () => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, json) = (parsed.InvocationConfiguration.Output, parsed.GetValue(_output) == "json");
        var ns = parsed.GetValue(_namespace);
        if (parsed.GetValue(_diff) is { Length: 2 } sides)
        {
            var (old, fresh) = (await SideAsync(parsed, sides[0], ns, cancellation), await SideAsync(parsed, sides[1], ns, cancellation));
            var left = await WorldSource.ReportAsync(parsed, old, fresh);
            var changes = ReachMatrix.Build(old.World, ns).ChangesTo(ReachMatrix.Build(fresh.World, ns));
            await output.WriteAsync(json ? ReachMatrix.ChangesToJson(changes) : ReachMatrix.ChangesToText(changes));
            return left;
        }

        var world = await WorldSource.ReadAsync(parsed, null, ns ?? "default", cancellation);
        var code = await WorldSource.ReportAsync(parsed, world);
        var matrix = ReachMatrix.Build(world.World, ns);
        await output.WriteAsync(json ? matrix.ToJson() : matrix.ToText());
        return code;
    }

    // Where no -f gives pods and the sides bring none of their own, the cluster's pods are asked about.
    private static async Task<WorldFiles> SideAsync(ParseResult parsed, string side, string? ns, CancellationToken cancellation)
    {
        var policies = PolicyFiles.Read([side]);
        var given = PolicyFiles.Read(parsed.GetValue(WorldSource.Files) ?? []);
        var world = await WorldSource.ReadAsync(parsed, [.. given, .. policies], ns ?? "default", cancellation);
        if (given.Count > 0 || world.World.Endpoints.Count > 0) return world;
        var cluster = await WorldSource.ReadAsync(parsed, [], ns ?? "default", cancellation);
        return world with { World = cluster.World with { Policies = world.World.Policies } };
    }
}
