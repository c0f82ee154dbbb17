using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weir.Workloads.Http;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.Probes;

/// <summary>Fetches with curl's options (-s -S -m -o -X -d -H -v -k -I -L -f -w), exit codes and messages.</summary>
/// <remarks>Certificates are verified against /etc/ssl/certs/ca-certificates.crt of the pod, unless -k.</remarks>
internal sealed class Curl(AppletContext context, Options options)
{
    private const int CouldNotResolve = 6, CouldNotConnect = 7, HttpError = 22, TimedOut = 28, TlsFailed = 35, Usage = 2, EmptyReply = 52, BadCertificate = 60;
    private static readonly Dictionary<string, string> s_long = new()
    {
        ["silent"] = "s", ["show-error"] = "S", ["max-time"] = "m:", ["connect-timeout"] = "m:", ["output"] = "o:", ["request"] = "X:", ["data"] = "d:", ["header"] = "H:",
        ["verbose"] = "v", ["insecure"] = "k", ["head"] = "I", ["location"] = "L", ["fail"] = "f", ["write-out"] = "w:", ["user-agent"] = "A:",
    };

    /// <summary>Runs it.</summary>
    /// <returns>0, or curl's number for what went wrong.</returns>
    public static async Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        var options = Options.Parse(context.Arguments, "sSm:o:X:d:H:vkILfw:A:", s_long);
        try
        {
            if (options.Problem is { } problem) throw new ProbeException(problem, Usage);
            if (options.Operands is not [var operand]) throw new ProbeException("no URL specified", Usage);
            var url = HttpUrl.Parse(operand) ?? throw new ProbeException($"({Usage}) bad URL '{operand}'", Usage);
            return await new Curl(context, options).FetchAsync(url, cancellation);
        }
        catch (ProbeException e)
        {
            if (!options.Has("s") || options.Has("S")) context.Error($"curl: {e.Message}\n");
            return e.ExitCode;
        }
    }

    private async Task<int> FetchAsync(HttpUrl url, CancellationToken cancellation)
    {
        var started = context.Time.GetTimestamp();
        using var limit = new CancellationTokenSource();
        if (options.Value("m") is { } text)
        {
            if (!double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) || seconds <= 0)
                throw new ProbeException($"option -m: expected a proper numerical parameter, got '{text}'", Usage);
            var timer = context.Time.CreateTimer(_ => limit.Cancel(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            await using (timer) return await HopsAsync();
        }

        return await HopsAsync();

        async Task<int> HopsAsync()
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                for (var hops = 0; hops < 50; hops++)
                {
                    if (await ExchangeAsync(url, stop.Token) is not { } location) return 0;
                    url = url.Follow(location) ?? throw new ProbeException($"(1) Protocol of '{location}' not supported", 1);
                }

                throw new ProbeException("(47) Maximum (50) redirects followed", 47);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new ProbeException($"({TimedOut}) Connection timed out after {context.Time.GetElapsedTime(started).TotalMilliseconds:0} milliseconds", TimedOut);
            }
        }
    }

    private async Task<string?> ExchangeAsync(HttpUrl url, CancellationToken cancellation)
    {
        var resolution = await new StubResolver(context).ResolveAsync(url.Host, cancellation);
        if (resolution.Fault != ResolveFault.None) throw new ProbeException($"({CouldNotResolve}) Could not resolve host: {url.Host}", CouldNotResolve);
        var body = options.Has("d") ? string.Join('&', options.Values("d")) : null;
        var call = new HttpCall(url, options.Value("X") ?? (options.Has("I") ? "HEAD" : body is null ? "GET" : "POST"), options.Value("A") ?? "curl/8.5.0")
        {
            Body = body is null ? null : Encoding.UTF8.GetBytes(body),
            Headers = ["Accept: */*", .. options.Values("H")],
            TrustedRoots = options.Has("k") ? null : Roots(),
        };
        Verbose($"*   Trying {new IPEndPoint(resolution.Addresses[0], url.Port)}...\n");
        await using var stream = await ConnectAsync(call, resolution.Addresses[0], cancellation);
        Verbose($"* Connected to {url.Host} ({resolution.Addresses[0]}) port {url.Port}\n> {call.Method} {url.Target} HTTP/1.1\n> Host: {url.Authority}\n>\n");
        try
        {
            await call.SendAsync(stream, cancellation);
            var reader = new WireReader(stream);
            var head = await HttpResponseHead.ReadAsync(reader, cancellation);
            var shown = $"{head.StatusLine}\r\n{string.Concat(head.Headers.Select(h => $"{h.Key}: {h.Value}\r\n"))}\r\n";
            if (options.Has("I")) context.Out(shown);
            Verbose(string.Concat(shown.Split("\r\n").SkipLast(1).Select(line => $"< {line}\n")));
            if (options.Has("L") && head.Status is >= 300 and < 400 && head["location"] is { } location) return location;
            if (options.Has("f") && head.Status >= 400) throw new ProbeException($"({HttpError}) The requested URL returned error: {head.Status}", HttpError);
            if (!options.Has("I")) await SaveAsync(head, reader, cancellation);
            if (options.Value("w") is { } format)
                context.Out(format.Replace("%{http_code}", $"{head.Status}", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
            return null;
        }
        catch (EndOfStreamException)
        {
            throw new ProbeException($"({EmptyReply}) Empty reply from server", EmptyReply);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new ProbeException("(56) Recv failure: Connection reset by peer", 56);
        }
    }

    private async Task<Stream> ConnectAsync(HttpCall call, IPAddress address, CancellationToken cancellation)
    {
        var started = context.Time.GetTimestamp();
        try
        {
            return await call.ConnectAsync(context.Network, address, cancellation);
        }
        catch (SocketException)
        {
            var elapsed = context.Time.GetElapsedTime(started).TotalMilliseconds;
            throw new ProbeException($"({CouldNotConnect}) Failed to connect to {call.Url.Host} port {call.Url.Port} after {elapsed:0} ms: Couldn't connect to server", CouldNotConnect);
        }
        catch (AuthenticationException e)
        {
            throw e.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                ? new ProbeException($"({BadCertificate}) SSL certificate problem: {e.Message}", BadCertificate)
                : new ProbeException($"({TlsFailed}) TLS connect error: {e.Message}", TlsFailed);
        }
        catch (IOException)
        {
            throw new ProbeException($"({TlsFailed}) TLS connect error: the server closed the connection", TlsFailed);
        }
    }

    private async Task SaveAsync(HttpResponseHead head, WireReader reader, CancellationToken cancellation)
    {
        if (options.Value("o") is not { } file)
        {
            await head.CopyBodyAsync(reader, context.Output, cancellation);
            return;
        }

        await using var saved = file == "/dev/null" ? Stream.Null : context.CreateFile(file);
        await head.CopyBodyAsync(reader, saved, cancellation);
    }

    private X509Certificate2Collection Roots()
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(context.ReadText("/etc/ssl/certs/ca-certificates.crt"));
        return roots;
    }

    private void Verbose(string text)
    {
        if (options.Has("v")) context.Error(text);
    }
}
