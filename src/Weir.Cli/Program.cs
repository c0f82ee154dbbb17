using System.CommandLine;
using Weir.Cli;
using Weir.Cli.Certs;
using Weir.Cli.Hub;
using Weir.Cli.Hubble;
using Weir.Cli.Lab;
using Weir.Cli.Logs;
using Weir.Cli.Metrics;
using Weir.Cli.Node;
using Weir.Cli.Observe;
using Weir.Cli.Policy;
using Weir.Cli.Query;
using Weir.Cli.Store;
using Weir.NodeProxy;

var root = new RootCommand("Weir controls and measures the flow between containers.")
{
    LabCommand.Create(),
    ObserveCommand.Create(),
    CertsCommand.Create(),
    StatusCommand.Create(),
    ListCommand.Create(),
    WatchCommand.Create(),
    ConfigCommand.Create(),
    CompletionCommand.Create(),
    PolicyCommand.Create(),
    QueryCommand.Create(),
    HubCommand.Create(),
    StoreCommand.Create(),
    MetricsCommand.Create(),
    LogsCommand.Create(),
    AgentCommand.Create(),
    ProxyCommand.Complete(new Command("proxy", ProxyCommand.Description)),
    RelayCommand.Create(),
};

// Stopping a lab takes seconds: every namespace, pod and pin that it made is removed first.
return await CommandRun.RunAsync(root, args, new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
