using System.CommandLine;
using Weir.NodeProxy;

// What waits for a socket goes on in the thread that the kernel tells: nothing here blocks, and passing it to another thread costs a third of a
// request (docs/adr/0135). Read by the framework before the first socket; who sets it himself is obeyed.
const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(Inline) is null) Environment.SetEnvironmentVariable(Inline, "1");

return await ProxyCommand.Complete(new RootCommand(ProxyCommand.Description))
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
