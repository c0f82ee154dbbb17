using System.CommandLine;
using Weir.Policy.Lint;

namespace Weir.Cli.Policy;

/// <summary><c>weir policy check</c>: validates policies and finds the traps that valid ones fall into.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string[]> _files = new("FILE") { Description = "Manifests, folders of them, or - for standard input", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> _strict = new("--strict") { Description = "Exit with 1 on warnings too, not only on errors" };
    private static readonly Option<string> _output = new("--output", "-o") { Description = "text, json or sarif", DefaultValueFactory = _ => "text" };

    private static readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "The namespace of documents that name none. Default: the only one that the files name, else default",
    };

    private static readonly Option<string?> _api = new("--api")
    {
        Description = $"Take the pods that exist from a cluster: unix:{Lab.LabFiles.RunFolder}/api.sock (the lab), kubeconfig:PATH, kubeconfig: or in-cluster",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _output.AcceptOnlyFromAmong("text", "json", "sarif");
        var command = new Command("check", "Validate policies and find the traps that valid ones fall into") { _files, _namespace, PodSource.Endpoints, _api, _strict, _output };
        ExampleHelp.AddTo(command, "weir policy check policies/ shop.yaml -n shop --strict", "kubectl get cnp -A -o yaml | weir policy check - -o json");
        command.SetAction((parsed, cancellation) => PolicyCommand.RunAsync(parsed, () => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var files = PolicyFiles.Read(parsed.GetRequiredValue(_files));
        IReadOnlyList<KnownPod> existing = parsed.GetValue(_api) is { } api ? await ClusterWorld.ReadPodsAsync(api, cancellation) : [];
        var report = Linter.Check(
            files,
            new LintOptions { Namespace = parsed.GetValue(_namespace), Pods = [.. PodSource.Read(parsed), .. existing] });
        await parsed.InvocationConfiguration.Output.WriteAsync(parsed.GetValue(_output) switch
        {
            "json" => report.ToJson(),
            "sarif" => report.ToSarif(),
            _ => report.ToText(),
        });
        return report.ExitCode(parsed.GetValue(_strict));
    }
}
