namespace Weir.Datapath;

/// <summary>The kernel refused something that the datapath needs.</summary>
/// <remarks>Every message says what was refused, the kernel's reason, and what a person can do about it.</remarks>
public sealed class DatapathException : Exception
{
    internal DatapathException(string message, int errno) : base(message) => Errno = errno;

    /// <summary>The kernel's error number, positive (13 is EACCES); 0 where the kernel was not asked.</summary>
    public int Errno { get; }
}
