namespace Weir.Linux;

/// <summary>How many files, sockets among them, this process may hold open.</summary>
public static class OpenFiles
{
    private const int RLIMIT_NOFILE = 7; // on every architecture that .NET runs on

    /// <summary>Raises the limit as far as the process may.</summary>
    /// <param name="wanted">How many files it wants.</param>
    /// <returns>How many it may have now; more or less than it wants.</returns>
    /// <exception cref="LinuxException">The limit cannot be read.</exception>
    public static ulong Raise(ulong wanted)
    {
        if (LibC.getrlimit(RLIMIT_NOFILE, out var limit) != 0) throw LinuxException.Last("Reading the limit of open files");
        if (limit.Current >= wanted) return limit.Current;

        // Root may go beyond what it was given; anybody may use that up.
        var more = new LibC.ResourceLimit { Current = (nuint)wanted, Most = (nuint)Math.Max(wanted, limit.Most) };
        if (LibC.setrlimit(RLIMIT_NOFILE, more) == 0) return wanted;
        more = limit with { Current = limit.Most };
        return LibC.setrlimit(RLIMIT_NOFILE, more) == 0 ? more.Current : limit.Current;
    }
}
