namespace Weir.Cni;

/// <summary>The plugin cannot do what it was asked; becomes CNI's error object.</summary>
/// <param name="code">As in the CNI specification, "Error codes".</param>
/// <param name="message">A sentence for the person who reads the pod's events.</param>
internal sealed class CniException(uint code, string message) : Exception(message)
{
    internal const uint IncompatibleVersion = 1, InvalidEnvironment = 4, Io = 5, UndecodableConfiguration = 6, InvalidConfiguration = 7,
        TryAgainLater = 11, NotAvailable = 50, Refused = 100, NotAsAdded = 101;

    /// <summary>The code of the error object.</summary>
    public uint Code { get; } = code;
}
