using System.Globalization;
using System.Net;

namespace Weir.Workloads.Resolve;

/// <summary>What /etc/resolv.conf says, as musl reads it.</summary>
/// <param name="Servers">At most 3; this machine itself when none is named.</param>
/// <param name="Search">The suffixes to try, in order.</param>
/// <param name="Dots">A name with at least so many dots is tried as it is only. Default 1, at most 15.</param>
/// <param name="Timeout">For one question, all tries together. Default 5 s, at most 60 s.</param>
/// <param name="Attempts">Tries within the timeout. Default 2, at most 10.</param>
internal sealed record ResolverConfiguration(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, int Dots, TimeSpan Timeout, int Attempts)
{
    /// <summary>Reads the file's text; lines that say nothing known are skipped.</summary>
    public static ResolverConfiguration Parse(string text)
    {
        var servers = new List<IPAddress>();
        IReadOnlyList<string> search = [];
        int dots = 1, seconds = 5, attempts = 2;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var address, ..] when servers.Count < 3 && IPAddress.TryParse(address, out var server):
                    servers.Add(server);
                    break;
                case ["search" or "domain", .. var suffixes]:
                    search = suffixes;
                    break;
                case ["options", .. var options]:
                    foreach (var option in options)
                    {
                        dots = Number(option, "ndots:", 15) ?? dots;
                        seconds = Math.Max(1, Number(option, "timeout:", 60) ?? seconds);
                        attempts = Math.Max(1, Number(option, "attempts:", 10) ?? attempts);
                    }

                    break;
                default:
                    break;
            }
        }

        if (servers.Count == 0) servers.Add(IPAddress.Loopback);
        return new ResolverConfiguration(servers, search, dots, TimeSpan.FromSeconds(seconds), attempts);
    }

    private static int? Number(string option, string name, int most) =>
        option.StartsWith(name, StringComparison.Ordinal)
        && int.TryParse(option.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? Math.Min(value, most)
            : null;
}
