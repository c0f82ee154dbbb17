using Weir.Datapath.Interop;

namespace Weir.Datapath;

/// <summary>The kernel refused something that the datapath needs.</summary>
/// <remarks>Every message says what was refused, the kernel's reason, and what a person can do about it.</remarks>
public sealed class DatapathException : Exception
{
    internal DatapathException(string message, int errno) : base(message) => Errno = errno;

    /// <summary>The kernel's error number, positive (13 is EACCES); 0 where the kernel was not asked.</summary>
    public int Errno { get; }

    internal static DatapathException ProgramRejected(string program, int errno, string verifierLog) => new(
        $"The kernel refused BPF program '{program}' ({ErrnoName.Of(errno)}). " +
        $"The verifier's last words: {VerifierLog.LastWords(verifierLog)}", errno);

    internal static DatapathException MapRefused(string operation, string map, int errno) => new(
        $"The kernel refused a {operation} on map {map} ({ErrnoName.Of(errno)}). 'bpftool map show' lists the maps and their sizes.", errno);

    internal static DatapathException MapFull(string map, uint entries, string setting, int errno) => new(
        $"Map {map} is full ({entries} entries). What was in force stays in force. Raise {setting} and restart the node's datapath.", errno);

    internal static DatapathException FeatureMissing(KernelFeature feature, Version running, int errno) => new(
        $"This kernel ({running}) lacks {feature.Name}, which came with Linux {feature.Since}. {feature.Remedy}", errno);
}
