using System.CommandLine;
using Weir.NodeProxy;

return await ProxyCommand.Complete(new RootCommand(ProxyCommand.Description))
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
