using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;

namespace Weir.Cli.Observe;

/// <summary>The flags of every command that asks an observer, with Hubble's names.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string[]> _server = new("--server") { Description = "Observers to ask: host:port, tls://host:port or unix:PATH. Default: the lab of this machine, else localhost:4245" };
    private readonly Option<bool> _tls = new("--tls") { Description = "Speak TLS" };
    private readonly Option<bool> _insecure = new("--tls-allow-insecure") { Description = "Take any certificate: nobody knows who answers then" };
    private readonly Option<string[]> _authorities = new("--tls-ca-cert-files") { Description = "CA certificates to trust, PEM" };
    private readonly Option<string?> _certificate = new("--tls-client-cert-file") { Description = "The client's certificate, PEM (implies TLS)" };
    private readonly Option<string?> _key = new("--tls-client-key-file") { Description = "The key of it, PEM" };
    private readonly Option<string?> _name = new("--tls-server-name") { Description = "The name that the server's certificate has to have, such as instance.hubble-relay.cilium.io" };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long a connection may take to come about (5s)" };
    private readonly Option<string?> _requestTimeout = new("--request-timeout") { Description = "How long an answer that is no stream may take (12s)" };
    private readonly Option<string?> _user = new("--basic-auth-username") { Description = "User name for basic auth (needs TLS)" };
    private readonly PortForwardOptions _forward = new();
    private readonly Option<string?> _password = new("--basic-auth-password") { Description = "Password for basic auth" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_server, _tls, _insecure, _authorities, _certificate, _key, _name, _timeout, _requestTimeout, _user, _password, .. _forward.All]) command.Add(option);
    }

    /// <summary>The observers to ask.</summary>
    /// <exception cref="UsageException">An address or a flag makes no sense.</exception>
    /// <exception cref="IOException">A port was to be forwarded and cannot be.</exception>
    public Task<ReachedServers> ReachAsync(ParseResult parsed, Settings settings, CancellationToken cancellation) =>
        ReachAsync(parsed, settings, ObserverServers.Find, cancellation);

    /// <summary>The observers to ask.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">What is configured.</param>
    /// <param name="find">Finds them, by those given.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">An address or a flag makes no sense.</exception>
    /// <exception cref="IOException">A port was to be forwarded and cannot be.</exception>
    public async Task<ReachedServers> ReachAsync(
        ParseResult parsed, Settings settings, Func<IReadOnlyList<string>, IReadOnlyList<string>> find, CancellationToken cancellation)
    {
        var given = parsed.GetValue(_server) is { Length: > 0 } typed ? typed : [.. settings.All("server")];
        if (await _forward.StartAsync(parsed, settings, cancellation) is not { } forwarding)
            return new ReachedServers([.. find(given).Select(text => Asked(text, parsed, settings))], null);
        try
        {
            return new ReachedServers([Asked(string.Create(CultureInfo.InvariantCulture, $"localhost:{forwarding.Port}"), parsed, settings)], forwarding);
        }
        catch
        {
            await forwarding.DisposeAsync();
            throw;
        }
    }

    /// <summary>How long an answer that is no stream may take.</summary>
    public TimeSpan RequestTimeout(ParseResult parsed, Settings settings) => Duration("--request-timeout", parsed.GetValue(_requestTimeout) ?? settings.One("request-timeout"));

    private AskedServer Asked(string text, ParseResult parsed, Settings settings)
    {
        ServerAddress address;
        try
        {
            address = ServerAddress.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--server: {e.Message}");
        }

        var user = parsed.GetValue(_user) ?? settings.One("basic-auth-username");
        var certificate = parsed.GetValue(_certificate) ?? settings.One("tls-client-cert-file");
        var wantsTls = address.UnixSocket is null
            && (address.WantsTls || parsed.GetValue(_tls) || parsed.GetValue(_certificate) is not null || settings.One("tls") == "true");
        if (user.Length > 0 && !wantsTls) throw new UsageException("basic auth needs TLS: give --tls, or the password could be read on the way.");
        if (!wantsTls) return new AskedServer(address, null, null);
        var key = parsed.GetValue(_key) ?? settings.One("tls-client-key-file");
        var authorities = parsed.GetValue(_authorities) is { Length: > 0 } cas ? cas.SelectMany(c => c.Split(',')).ToArray() : [.. settings.All("tls-ca-cert-files")];
        var files = new TlsFiles(certificate.Length > 0 ? certificate : null, key.Length > 0 ? key : null, authorities);
        var name = parsed.GetValue(_name) ?? settings.One("tls-server-name");
        var insecure = parsed.GetValue(_insecure) || settings.One("tls-allow-insecure") == "true";
        var tls = new ClientTls(TlsMaterial.Load(files, TimeProvider.System, _ => { }), name.Length > 0 ? name : null, insecure, TimeProvider.System)
        {
            ConnectTimeout = Duration("--timeout", parsed.GetValue(_timeout) ?? settings.One("timeout")),
        };
        var password = parsed.GetValue(_password) ?? settings.One("basic-auth-password");
        return new AskedServer(address, tls, user.Length == 0 ? null : new Metadata { { "authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}")) } });
    }

    private static TimeSpan Duration(string flag, string text) => FlowRequest.TryParseDuration(text, out var duration) && duration > TimeSpan.Zero
        ? duration
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{flag}: '{text}' is no duration such as 5s or 1m30s."));
}
