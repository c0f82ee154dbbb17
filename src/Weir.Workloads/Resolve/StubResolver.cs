using System.Net;
using Weir.Protocols.Dns;

namespace Weir.Workloads.Resolve;

/// <summary>Turns names into addresses as musl does, since the lab's images are built on it.</summary>
/// <remarks>
/// A name with fewer dots than <c>ndots</c> is tried with each search suffix and then as it is. "No such name" goes on to the next
/// suffix; an answer of any kind, a refusal, a failed server or silence ends the search. So a policy that refuses the first
/// suffixed form ends it too.
/// </remarks>
public sealed class StubResolver(AppletContext context)
{
    /// <summary>Resolves a name or reads a literal address.</summary>
    public async Task<Resolution> ResolveAsync(string name, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(name.Trim('[', ']'), out var literal) && (name.Contains(':', StringComparison.Ordinal) || name.Count(c => c == '.') == 3))
            return Resolution.Of([literal]);
        if (FromHosts(name) is { Count: > 0 } known) return Resolution.Of(known);

        var configuration = ResolverConfiguration.Parse(context.ReadText("/etc/resolv.conf"));
        var exchange = new DnsExchanger(context.Network, configuration, context.Time);
        var bare = name.EndsWith('.') ? name[..^1] : name;
        if (bare.Length == 0 || bare.EndsWith('.')) return Resolution.Failed(ResolveFault.DoesNotResolve);
        if (bare.Count(c => c == '.') < configuration.Dots && !name.EndsWith('.'))
        {
            foreach (var suffix in configuration.Search)
            {
                if (await AskAsync(exchange, $"{bare}.{suffix}", cancellation) is { } found) return found;
            }
        }

        return await AskAsync(exchange, bare, cancellation) ?? Resolution.Failed(ResolveFault.DoesNotResolve);
    }

    /// <summary>The name of an address, from the hosts file or a reverse question; null when it has none.</summary>
    public async Task<string?> NameOfAsync(IPAddress address, CancellationToken cancellation)
    {
        foreach (var words in HostLines())
            if (IPAddress.TryParse(words[0], out var known) && known.Equals(address)) return words[1];

        var configuration = ResolverConfiguration.Parse(context.ReadText("/etc/resolv.conf"));
        var answers = await new DnsExchanger(context.Network, configuration, context.Time).AskAsync([(ReverseName.Of(address), DnsType.Ptr)], cancellation);
        return answers[0] is { } answer ? DnsAnswer.Read(answer).Name : null;
    }

    /// <summary>Asks for both kinds of address at once; null means that there is no such name, so that the search goes on.</summary>
    private static async Task<Resolution?> AskAsync(DnsExchanger exchange, string name, CancellationToken cancellation)
    {
        var answers = await exchange.AskAsync([(name, DnsType.A), (name, DnsType.Aaaa)], cancellation);
        if (answers is not [{ } four, { } six]) return Resolution.Failed(ResolveFault.TryAgain);
        var (first, second) = (DnsAnswer.Read(four), DnsAnswer.Read(six));
        List<IPAddress> found = [.. first.Addresses, .. second.Addresses];
        if (found.Count > 0) return Resolution.Of(found);
        foreach (var answer in new[] { first, second })
        {
            switch (answer.Code)
            {
                case DnsResponseCode.NoError: break;
                case DnsResponseCode.NameError: return null;
                case DnsResponseCode.ServerFailure: return Resolution.Failed(ResolveFault.TryAgain);
                default: return Resolution.Failed(ResolveFault.NonRecoverable);
            }
        }

        return Resolution.Failed(ResolveFault.DoesNotResolve);
    }

    private List<IPAddress> FromHosts(string name)
    {
        var found = new List<IPAddress>();
        foreach (var words in HostLines())
        {
            if (IPAddress.TryParse(words[0], out var address) && words.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase))
                found.Add(address);
        }

        return found;
    }

    private IEnumerable<string[]> HostLines() =>
        context.ReadText("/etc/hosts").Split('\n')
            .Select(line => line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1);
}
