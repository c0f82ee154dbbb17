using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Lab.Api.Access;
using Weir.Lab.Api.Custom;
using Weir.Lab.Api.Validation;
using Weir.Observe.Server;

namespace Weir.Lab.Api;

/// <summary>The lab's Kubernetes API server: Kubernetes' own JSON over HTTP, kept in SQLite.</summary>
/// <remarks>Start once, stop once; a new instance on the same file goes on where the last one stopped.</remarks>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly ApiServerOptions _options;
    private readonly ObjectStore _store;
    private readonly GarbageCollector _collector;
    private readonly CustomDefinitions _definitions;
    private readonly ResourceRegistry _registry = new();
    private readonly ObjectWriter _writer;
    private readonly AdmissionChain _admission = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _web;

    /// <summary>Opens the store; listens from <see cref="StartAsync"/> on.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message says how.</exception>
    public ApiServer(ApiServerOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(options));
        _options = options;
        time ??= TimeProvider.System;
        _store = new ObjectStore(options.DatabasePath, options.HistoryLength);
        var remover = new ObjectRemover(_store, time);
        _definitions = new CustomDefinitions(_store, _registry, remover, time);
        _collector = new GarbageCollector(_store, _registry, remover);
        _admission.Add(DefinitionAdmission.StoreKey, new DefinitionAdmission(_registry, time).Admit);
        BuiltInRules.Register(_admission);
        new ServiceAddresses(_store, _registry).Register(_admission);
        PolicyAdmission.Register(_admission);
        JobAdmission.Register(_admission);
        AccountAdmission.Register(_admission, _store, _registry);
        _writer = new ObjectWriter(_store, _registry, _admission, time);
        Accounts = options.Keys is { } keys ? new ServiceAccountTokens(keys, _store, _registry, time) : null;
        var authenticator = new Authenticator(options.Keys, Accounts);
        var rules = new RoleRules(_store, _registry);
        var reviews = new AccessReviews(authenticator, rules);
        var tokens = new TokenRequests(Accounts, _store, _registry, time);
        var requests = new ApiRequests(_store, _registry, _writer, remover, _definitions, reviews, tokens, options.Pods, time, _stopping.Token);
        _web = Build(options, loggers);
        _web.UseWebSockets();
        _web.Run(new FrontRequests(authenticator, rules, requests).HandleAsync);
    }

    /// <summary>The loopback port after <see cref="StartAsync"/>; 0 when the server listens on its socket only.</summary>
    public int Port { get; private set; }

    /// <summary>The authority by whose certificate clients know this server; null without keys.</summary>
    internal string? AuthorityPem => _options.Keys?.AuthorityPem;

    /// <summary>Signs tokens; null without keys.</summary>
    internal ServiceAccountTokens? Accounts { get; }

    /// <summary>Adds a judge of writes to one kind, such as <c>("cilium.io", "ciliumnetworkpolicies")</c>. Only before the start.</summary>
    public void Admit(string group, string plural, Admission admission)
    {
        ArgumentNullException.ThrowIfNull(admission);
        _admission.Add(string.IsNullOrEmpty(group) ? plural : $"{plural}.{group}", admission);
    }

    /// <summary>Listens. A socket file that a dead server left is replaced.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        BundledDefinitions.Install(_writer, _store, _registry);
        if (_options.SocketPath is { } path && File.Exists(path)) File.Delete(path);
        await _web.StartAsync(cancellationToken);
        if (_options.SocketPath is { } made && !OperatingSystem.IsWindows()) File.SetUnixFileMode(made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var addresses = _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = _options.Loopback is null ? 0 : addresses.Where(a => !a.Contains("unix:", StringComparison.Ordinal)).Select(a => new Uri(a).Port).First();
        _collector.Start();
        _definitions.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _web.StopAsync();
        await _web.DisposeAsync();
        await _collector.DisposeAsync();
        await _definitions.DisposeAsync();
        _store.Dispose();
        _stopping.Dispose();
    }

    private static WebApplication Build(ApiServerOptions options, ILoggerFactory? loggers)
    {
        // The empty builder reads no settings of the machine that it runs on.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (loggers is not null) builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));

        // The host's own lifetime would catch the process's signals; when to stop is the lab's to say.
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.UseKestrel();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MaxRefusedBytes;

            // A watch is silent for minutes and an upload may be slow; neither is an attack on a socket of one's own.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            if (options.SocketPath is { } path)
            {
                kestrel.ListenUnixSocket(path, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection =>
                    {
                        connection.Features.Set(new Authenticator.OwnSocket());
                        return next(connection);
                    });
                });
            }

            if (options.Loopback is { } address)
            {
                kestrel.Listen(address, listen =>
                {
                    if (options.Keys is { } keys) listen.UseHttps(https => Secure(https, keys));
                    else listen.Protocols = HttpProtocols.Http1;
                });
            }
        });
        return builder.Build();
    }

    // A certificate that is not good is answered with 401 as JSON, which says more than a handshake that breaks: so none is refused here.
    private static void Secure(HttpsConnectionAdapterOptions https, ApiKeys keys)
    {
        https.ServerCertificate = keys.Server;
        https.ServerCertificateChain = [keys.Authority];
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
    }
}
