using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Weir.Workloads.Http;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.Probes;

/// <summary>Fetches over HTTP with the options, the requests and the messages of BusyBox 1.36.</summary>
/// <remarks>
/// Like it, <c>--spider</c> sends GET and drops the connection after the headers; each hop to another server is announced; names are
/// resolved before the timeout runs; certificates are not verified.
/// </remarks>
internal sealed class Wget(AppletContext context)
{
    private const int MaxRedirects = 15;
    private static readonly Dictionary<string, string> s_long = new()
    {
        ["spider"] = "spider", ["quiet"] = "q", ["output-document"] = "O:", ["output-file"] = "o:", ["directory-prefix"] = "P:", ["timeout"] = "T:", ["tries"] = "t:",
        ["user-agent"] = "U:", ["header"] = "header:", ["post-data"] = "post-data:", ["server-response"] = "S", ["continue"] = "c",
        ["no-check-certificate"] = "no-check-certificate", ["proxy"] = "Y:",
    };

    private Options _options = null!;
    private TimeSpan _timeout;

    /// <summary>Runs it.</summary>
    /// <returns>0, or 1 after a message on standard error.</returns>
    public static async Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        try
        {
            await new Wget(context).FetchAllAsync(cancellation);
            return 0;
        }
        catch (ProbeException e)
        {
            context.Error($"wget: {e.Message}\n");
            return 1;
        }
    }

    private async Task FetchAllAsync(CancellationToken cancellation)
    {
        _options = Options.Parse(context.Arguments, "cqSO:o:P:Y:U:T:t:", s_long);
        if (_options.Problem is { } problem) throw new ProbeException(problem);
        if (_options.Operands.Count == 0) throw new ProbeException("no URL; use: wget [-qS] [--spider] [-O FILE] [-T SEC] [--post-data STR] [--header STR] URL...");
        _timeout = TimeSpan.FromSeconds(900);
        if (_options.Value("T") is { } text)
        {
            if (!uint.TryParse(text, out var seconds)) throw new ProbeException($"invalid number '{text}'");
            if (seconds > 0) _timeout = TimeSpan.FromSeconds(seconds);
        }

        foreach (var operand in _options.Operands) await FetchAsync(operand, cancellation);
    }

    private async Task FetchAsync(string operand, CancellationToken cancellation)
    {
        var url = HttpUrl.Parse(operand) ?? throw new ProbeException($"not an http or ftp url: {operand}");
        var fileName = _options.Value("O") ?? NameOf(url);
        IPAddress? address = null;
        for (var hops = 0; hops <= MaxRedirects; hops++)
        {
            if (address is null)
            {
                address = await ResolveAsync(url, cancellation);
                Note($"Connecting to {url.Authority} ({Literal(address)}:{url.Port})\n");
            }

            var location = await ExchangeAsync(url, address, fileName, cancellation);
            if (location is null) return;
            if (!location.StartsWith('/')) address = null;
            url = url.Follow(location) ?? throw new ProbeException($"not an http or ftp url: {location}");
        }

        throw new ProbeException("too many redirections");
    }

    private async Task<IPAddress> ResolveAsync(HttpUrl url, CancellationToken cancellation)
    {
        var resolution = await new StubResolver(context).ResolveAsync(url.Host, cancellation);
        return resolution.Fault == ResolveFault.None ? resolution.Addresses[0] : throw new ProbeException($"bad address '{url.Authority}'");
    }

    /// <summary>One request and its answer; returns where a redirect leads.</summary>
    private async Task<string?> ExchangeAsync(HttpUrl url, IPAddress address, string fileName, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_timeout, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var body = _options.Value("post-data");
            var call = new HttpCall(url, body is null ? "GET" : "POST", _options.Value("U") ?? "Wget")
            {
                Body = body is null ? null : Encoding.UTF8.GetBytes(body),
                Headers = _options.Values("header"),
            };
            await using var stream = await call.ConnectAsync(context.Network, address, stop.Token);
            await call.SendAsync(stream, stop.Token);
            var reader = new WireReader(stream);
            var head = await HttpResponseHead.ReadAsync(reader, stop.Token);
            if (_options.Has("S")) ShowHead(head);
            if (head.Status is >= 300 and < 400 && head["location"] is { } location) return location;
            if (head.Status is not (>= 200 and <= 204) and not (>= 300 and < 400)) throw new ProbeException($"server returned error: {head.StatusLine}");
            if (_options.Has("spider")) Note("remote file exists\n");
            else await SaveAsync(head, reader, fileName, stop.Token);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ProbeException("download timed out");
        }
        catch (SocketException e)
        {
            throw new ProbeException($"can't connect to remote host ({Literal(address)}): {ConnectionFault.TextOf(e.SocketErrorCode)}");
        }
        catch (Exception e) when (e is AuthenticationException)
        {
            throw new ProbeException("TLS error from peer");
        }
        catch (Exception e) when (e is EndOfStreamException or IOException or InvalidDataException)
        {
            throw new ProbeException("error getting response");
        }
    }

    private async Task SaveAsync(HttpResponseHead head, WireReader reader, string fileName, CancellationToken cancellation)
    {
        var toOutput = fileName == "-";
        Note(toOutput ? "writing to stdout\n" : $"saving to '{fileName}'\n");
        var file = toOutput ? context.Output : context.CreateFile(fileName);
        try
        {
            if (!await head.CopyBodyAsync(reader, file, cancellation)) throw new ProbeException("connection closed prematurely");
            await file.FlushAsync(cancellation);
        }
        finally
        {
            if (!toOutput) await file.DisposeAsync();
        }

        Note(toOutput ? "written to stdout\n" : $"'{fileName}' saved\n");
    }

    private void ShowHead(HttpResponseHead head)
    {
        Note($"  {head.StatusLine}\n");
        foreach (var (name, value) in head.Headers) Note($"  {name}: {value}\n");
    }

    private string NameOf(HttpUrl url)
    {
        var name = url.Target[(url.Target.LastIndexOf('/') + 1)..];
        if (name.Length == 0) name = "index.html";
        return _options.Value("P") is { } folder ? $"{folder.TrimEnd('/')}/{name}" : name;
    }

    private void Note(string text)
    {
        if (!_options.Has("q")) context.Error(text);
    }

    private static string Literal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
