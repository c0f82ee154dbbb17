using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weir.Linux;
using Weir.Model;
using Weir.Proxy.Dns;
using Weir.Proxy.Http;
using Weir.Proxy.Policies;
using Weir.Proxy.Relay;
using Weir.Proxy.Wires;

namespace Weir.Proxy;

/// <summary>The process <c>weir proxy</c>: one for each node, in the node's own network namespace, apart from the agent.</summary>
public static partial class ProxyHost
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Listens, tells the agent by <see cref="ProxyPorts"/>, and relays until cancelled. Connections end with the process: nothing
    /// that policy redirects passes without it.
    /// </summary>
    /// <param name="options">Checked before anything is opened.</param>
    /// <param name="tables">The datapath's tables of names, of which this process is the writer.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="counters">What it does is counted here.</param>
    /// <param name="time">The clock of idle timeouts.</param>
    /// <param name="cancellation">Ends it in an orderly way.</param>
    /// <exception cref="ArgumentException">The options have problems; all are named.</exception>
    /// <exception cref="IOException">Another proxy serves this run directory.</exception>
    /// <exception cref="InvalidOperationException">The process may not open transparent sockets.</exception>
    public static async Task RunAsync(
        ProxyOptions options, INameTable tables, ILogger logger, RelayCounters counters, TimeProvider time, CancellationToken cancellation)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        using var only = Lock(options.RunDirectory);
        if (OpenFiles.Raise((ulong)options.MostFiles) is var files && files < (ulong)options.MostFiles) Log.FewFiles(logger, files, options.MostFiles);
        using var listeners = Listen(options);
        using var state = new ProxyState(options.RunDirectory, tables, time, logger);
        state.Load();

        var dialer = new UpstreamDialer(options);
        var dns = new DnsStream(state.Gate, state.Policies, state.DnsCounters, time);
        using var http = new HttpProxy((in side) => state.Policies.Current.Ask(side), state.Outbox.Http, options.Http, time)
        {
            Redaction = options.Redaction,
            Mismatched = new HeaderMismatchLog(logger, time),
            Connect = async (source, destination, cancel) => new SocketWire(await dialer.ConnectAsync(source, destination, cancel)),
        };
        state.AddressGone = address => http.Upstreams.Forget(IPAddress.Parse(address.ToString()));
        var router = new ConnectionRouter(state.Policies, new Dictionary<string, ServeConnection>
        {
            ["dns"] = (connection, cancel) => dns.ServeAsync(
                new NetworkStream(connection.Pod, ownsSocket: true),
                connection.Client,
                connection.Destination,
                async stopped => new NetworkStream(await dialer.ConnectAsync(connection.Client, connection.Destination, stopped), ownsSocket: true),
                cancel),
            ["http"] = (connection, cancel) => http.ServeAsync(new SocketWire(connection.Pod), connection, isTls: false, cancel),
            ["tls"] = (connection, cancel) => http.ServeAsync(new SocketWire(connection.Pod), connection, isTls: true, cancel),
        });
        var tcp = new TcpRelay(options, counters, time)
        {
            Connect = dialer.ConnectAsync,
            OriginalDestination = accepted => RedirectedTo(accepted, listeners.TcpPort),
            Choose = router.Choose,
        };
        using var datagrams = new DnsDatagrams(options, state.Policies, state.Gate, state.DnsCounters, dialer, time);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] relaying =
        [
            tcp.RunAsync(listeners.Tcp4, stop.Token),
            tcp.RunAsync(listeners.Tcp6, stop.Token),
            datagrams.RunAsync(listeners.Udp4, listeners.Udp6, stop.Token),
            state.RunAsync(stop.Token),
            SweepAsync(tcp, http, time, stop.Token),
        ];
        new ProxyPorts(ProxyPorts.CurrentVersion, Environment.ProcessId, listeners.TcpPort, listeners.UdpPort).Write(options.RunDirectory);
        try
        {
            // Each ends only when told to, or by a fault that the others must not hide.
            await Task.WhenAny(relaying);
            await stop.CancelAsync();
            await Task.WhenAll(relaying);
        }
        finally
        {
            File.Delete(Path.Combine(options.RunDirectory, ProxyPorts.FileName));
        }
    }

    /// <summary>The local address of a redirected connection is where it wanted to go; one that names our port was sent to us.</summary>
    private static IPEndPoint? RedirectedTo(Socket accepted, ushort ownPort) =>
        accepted.LocalEndPoint is IPEndPoint local && local.Port != ownPort ? local : null;

    private static partial class Log
    {
        [LoggerMessage(7010, LogLevel.Warning, "This process may hold {Files} files open, and {Wanted} are as many as its limits allow it to need; beyond that connections are refused. Raise the limit (ulimit -n, LimitNOFILE)")]
        public static partial void FewFiles(ILogger logger, ulong files, int wanted);
    }

    private static FileStream Lock(string runDirectory)
    {
        var path = Path.Combine(runDirectory, "proxy.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            var holder = ProxyPorts.TryRead(runDirectory) is { } ports ? $" (process {ports.Pid})" : "";
            throw new IOException($"Another proxy{holder} serves '{runDirectory}': '{path}' is locked. Stop it first, or give another --run.", e);
        }
    }

    private static ProxyListeners Listen(ProxyOptions options)
    {
        try
        {
            return SocketKeeper.TryTake(options) ?? ProxyListeners.Open(options, ProxyPorts.TryRead(options.RunDirectory));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new InvalidOperationException(
                "The kernel refused a transparent socket (IP_TRANSPARENT, SO_MARK). The proxy needs CAP_NET_ADMIN: run it as root, or give it that capability.", e);
        }
    }

    private static async Task SweepAsync(TcpRelay tcp, HttpProxy http, TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                tcp.ResetIdle();
                http.Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
