namespace Weir.FlowLog.Store;

/// <summary>What the store asks of a file system. The tests put one in its place that forgets what was not synced.</summary>
public interface IStoreFiles
{
    /// <summary>Opens a file for appending, at its end; makes it when it is missing.</summary>
    IStoreLog OpenLog(string path);

    /// <summary>Writes a whole file beside its place, syncs it, and puts it there in one step, the folder synced as well.</summary>
    void Replace(string path, ReadOnlySpan<byte> content);

    /// <summary>Makes sure that a file that another has written survives a crash, and so does its name.</summary>
    void Sync(string path);
}
