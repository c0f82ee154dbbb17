using Microsoft.Win32.SafeHandles;
using Weir.Linux;

namespace Weir.FlowLog.Store;

/// <summary>The machine's own file system.</summary>
public sealed class StoreFiles : IStoreFiles
{
    /// <inheritdoc/>
    public IStoreLog OpenLog(string path) => new DiskLog(path);

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        using (var file = File.OpenHandle(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(beside, path, overwrite: true);
        SyncFolder(path);
    }

    /// <inheritdoc/>
    public void Sync(string path)
    {
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite)) RandomAccess.FlushToDisk(file);
        SyncFolder(path);
    }

    // A renamed file is only safe with its folder.
    private static void SyncFolder(string path) => Folders.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private sealed class DiskLog : IStoreLog
    {
        private readonly SafeFileHandle _file;

        public DiskLog(string path)
        {
            var isNew = !File.Exists(path);
            _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            Length = RandomAccess.GetLength(_file);
            if (isNew) SyncFolder(path);
        }

        public long Length { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(_file, bytes, Length);
                Length += bytes.Length;
            }
            catch (IOException)
            {
                RandomAccess.SetLength(_file, Length);
                throw;
            }
        }

        public void Sync() => RandomAccess.FlushToDisk(_file);

        public void Dispose() => _file.Dispose();
    }
}
