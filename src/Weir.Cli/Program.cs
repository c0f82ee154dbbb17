using System.CommandLine;
using Weir.Cli.Node;
using Weir.Cli.Observe;

var root = new RootCommand("Weir controls and measures the flow between containers.")
{
    ObserveCommand.Create(),
    AgentCommand.Create(),
};

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
