using System.Net;
using Weir.Workloads.Resolve;

namespace Weir.Workloads.Probes;

/// <summary>Shows what a name stands for, in the layout of BusyBox's small nslookup: through the resolver, with search suffixes and reverse names.</summary>
internal static class Nslookup
{
    /// <summary>Runs it.</summary>
    /// <returns>0 when the name has an address, else 1.</returns>
    public static async Task<int> RunAsync(AppletContext context, CancellationToken cancellation)
    {
        if (context.Arguments is not ([_] or [_, _]))
        {
            context.Error("nslookup: give a name: nslookup NAME [SERVER]\n");
            return 1;
        }

        if (context.Arguments is [var name, var server])
        {
            if (!IPAddress.TryParse(server, out _))
            {
                context.Error($"nslookup: bad address '{server}'\n");
                return 1;
            }

            context = WithServer(context.With([name]), server);
        }

        var resolver = new StubResolver(context);
        var configuration = ResolverConfiguration.Parse(context.ReadText("/etc/resolv.conf"));
        var first = configuration.Servers[0];
        context.Out($"Server:    {first}\n{await LineAsync(resolver, 1, first, cancellation)}\n");
        var resolution = await resolver.ResolveAsync(context.Arguments[0], cancellation);
        if (resolution.Fault != ResolveFault.None)
        {
            context.Error($"nslookup: can't resolve '{context.Arguments[0]}': {resolution.FaultText}\n");
            return 1;
        }

        context.Out($"Name:      {context.Arguments[0]}\n");
        for (var i = 0; i < resolution.Addresses.Count; i++)
            context.Out(await LineAsync(resolver, i + 1, resolution.Addresses[i], cancellation));
        return 0;
    }

    private static async Task<string> LineAsync(StubResolver resolver, int number, IPAddress address, CancellationToken cancellation)
    {
        var name = await resolver.NameOfAsync(address, cancellation);
        return name is null ? $"Address {number}: {address}\n" : $"Address {number}: {address} {name}\n";
    }

    private static AppletContext WithServer(AppletContext context, string server) => new()
    {
        Arguments = context.Arguments,
        Network = context.Network,
        Input = context.Input,
        Output = context.Output,
        ErrorOutput = context.ErrorOutput,
        Environment = context.Environment,
        CreateFile = context.CreateFile,
        Time = context.Time,
        ReadFile = path => path == "/etc/resolv.conf"
            ? System.Text.Encoding.ASCII.GetBytes($"nameserver {server}\n" + context.ReadText(path).Replace("nameserver", "#", StringComparison.Ordinal))
            : context.ReadFile(path),
    };
}
