namespace Weir.Datapath.Interop;

/// <summary>The names of the kernel's error numbers, as manuals write them.</summary>
internal static class ErrnoName
{
    internal const int NoEntry = 2, TooBig = 7, NoMemory = 12, Busy = 16, Exists = 17, NoDevice = 19, Invalid = 22, NoSpace = 28;

    /// <summary>"EPERM" and the like; "errno 999" for what is not in the list.</summary>
    public static string Of(int errno) => errno switch
    {
        1 => "EPERM",
        NoEntry => "ENOENT",
        TooBig => "E2BIG",
        9 => "EBADF",
        NoMemory => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        Busy => "EBUSY",
        Exists => "EEXIST",
        NoDevice => "ENODEV",
        Invalid => "EINVAL",
        NoSpace => "ENOSPC",
        95 => "EOPNOTSUPP",
        524 => "ENOTSUPP",
        _ => $"errno {errno}",
    };
}
