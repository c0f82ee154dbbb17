using System.Net.Sockets;
using Weir.Linux;

namespace Weir.Proxy;

/// <summary>
/// Holds the sockets that redirected packets are handed to, in a process that outlives the proxy: connections and queries that come between two
/// proxies wait in them for the next one, instead of being dropped and sent again a second later.
/// </summary>
/// <remarks>Nothing is read from them here, so nothing passes without a proxy. Any thread.</remarks>
public sealed class SocketKeeper : IAsyncDisposable
{
    /// <summary>The name, in the node's run directory, of the Unix socket by which a proxy gets them.</summary>
    public const string SocketName = "proxy-sockets.sock";

    private const int Sockets = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly ProxyListeners _kept;
    private readonly Socket _door;
    private readonly string _path;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _giving;

    private SocketKeeper(ProxyListeners kept, Socket door, string path)
    {
        (_kept, _door, _path) = (kept, door, path);
        _giving = GiveAsync();
    }

    /// <summary>Opens the sockets in a node's network namespace, on the ports of the last run where they are free.</summary>
    /// <param name="options">The node's run directory, which must exist, and the ports.</param>
    /// <param name="inside">The node's network namespace.</param>
    /// <exception cref="SocketException">A port is taken, or the process may not open transparent sockets.</exception>
    public static SocketKeeper Start(ProxyOptions options, NetworkNamespace inside)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inside);
        var path = Path.Combine(options.RunDirectory, SocketName);
        var kept = inside.Run(() => ProxyListeners.Open(options, ProxyPorts.TryRead(options.RunDirectory)));
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path); // of a keeper that was killed
            door.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            door.Listen();
            return new SocketKeeper(kept, door, path);
        }
        catch
        {
            door.Dispose();
            kept.Dispose();
            throw;
        }
    }

    /// <summary>Closes the sockets; a proxy that has them goes on with them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _giving;
        _door.Dispose();
        _kept.Dispose();
        _stop.Dispose();
        File.Delete(_path);
    }

    /// <summary>Takes over the sockets that are kept for a run directory; null where none are.</summary>
    internal static ProxyListeners? TryTake(ProxyOptions options)
    {
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        try
        {
            door.Connect(new UnixDomainSocketEndPoint(Path.Combine(options.RunDirectory, SocketName)));
            if (SocketHandover.Receive(door, Sockets) is not { } kept) return null;
            var listeners = new ProxyListeners(kept[0], kept[1], kept[2], kept[3]);
            if (listeners.Fit(options)) return listeners;
            listeners.Dispose();
            return null;
        }
        catch (Exception e) when (e is SocketException or LinuxException)
        {
            return null;
        }
    }

    private async Task GiveAsync()
    {
        while (true)
        {
            try
            {
                using var proxy = await _door.AcceptAsync(_stop.Token);
                SocketHandover.Send(proxy, _kept.Tcp4, _kept.Tcp6, _kept.Udp4, _kept.Udp6);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or LinuxException)
            {
                // A proxy that was killed while it asked; the next one asks again.
                await Task.Yield();
            }
        }
    }
}
