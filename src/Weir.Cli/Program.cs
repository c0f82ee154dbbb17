using System.CommandLine;
using Weir.Cli.Lab;
using Weir.Cli.Node;
using Weir.Cli.Observe;

var root = new RootCommand("Weir controls and measures the flow between containers.")
{
    LabCommand.Create(),
    ObserveCommand.Create(),
    AgentCommand.Create(),
    ProxyCommand.Create(),
};

// Stopping a lab takes seconds: every namespace, pod and pin that it made is removed first.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
