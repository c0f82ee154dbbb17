using System.Runtime.InteropServices;
using Weir.Workloads;
using Weir.Workloads.Network;

// Like BusyBox: called as "wget" through a link it is wget; called by its own name, the first argument says what it is.
var called = Path.GetFileName(Environment.GetCommandLineArgs()[0]);
var arguments = args;
if (!Applets.Names.Contains(called))
{
    called = args.FirstOrDefault() ?? "";
    arguments = [.. args.Skip(1)];
}

using var stop = new CancellationTokenSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
var context = new AppletContext
{
    Arguments = arguments,
    Network = new SocketNetwork(),
    Input = Console.OpenStandardInput(),
    Output = Console.OpenStandardOutput(),
    ErrorOutput = Console.OpenStandardError(),
    ReadFile = path => File.Exists(path) ? File.ReadAllBytes(path) : null,
    CreateFile = File.Create,
    Environment = Environment.GetEnvironmentVariable,
};
return await Applets.RunAsync(called, context, stop.Token);

void Cancel(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
