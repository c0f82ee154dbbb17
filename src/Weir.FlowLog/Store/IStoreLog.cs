namespace Weir.FlowLog.Store;

/// <summary>A file that only grows.</summary>
public interface IStoreLog : IDisposable
{
    /// <summary>Its length in bytes, unsynced ones included.</summary>
    long Length { get; }

    /// <summary>Appends; nothing is safe before <see cref="Sync"/>. What fails half-way is taken back.</summary>
    /// <exception cref="IOException">The disk is full, or broken.</exception>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes what was appended safe.</summary>
    /// <exception cref="IOException">Nothing since the last sync may be taken for safe.</exception>
    void Sync();
}
