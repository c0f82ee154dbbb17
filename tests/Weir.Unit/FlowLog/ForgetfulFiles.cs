using Weir.FlowLog.Store;

namespace Weir.Unit.FlowLog;

/// <summary>The machine's files, which remember how much of each was synced, and can lose the rest as a power cut does.</summary>
/// <remarks>Stands for the one thing that no test can do to a real disk.</remarks>
internal sealed class ForgetfulFiles : IStoreFiles
{
    private readonly StoreFiles _disk = new();
    private readonly Dictionary<string, long> _synced = [];
    private readonly HashSet<string> _files = [];

    /// <summary>From now on nothing reaches the disk.</summary>
    public bool Dead { get; set; }

    /// <summary>From now on the disk is full.</summary>
    public bool Full { get; set; }

    /// <summary>The next sync fails.</summary>
    public bool FailSync { get; set; }

    public IStoreLog OpenLog(string path)
    {
        lock (_synced)
        {
            _files.Add(path);
            _synced[path] = File.Exists(path) ? new FileInfo(path).Length : 0;
        }

        return new Log(this, path, _disk.OpenLog(path));
    }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        ThrowIfUnwell();
        _disk.Replace(path, content);
    }

    public void Sync(string path)
    {
        ThrowIfUnwell();
        _disk.Sync(path);
    }

    /// <summary>Cuts every log to what was synced.</summary>
    public void Forget()
    {
        lock (_synced)
        {
            foreach (var path in _files)
            {
                if (!File.Exists(path)) continue;
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
                if (RandomAccess.GetLength(file) > _synced[path]) RandomAccess.SetLength(file, _synced[path]);
            }
        }
    }

    private void ThrowIfUnwell()
    {
        if (Dead) throw new IOException("the machine is off");
        if (Full) throw new IOException("No space left on device");
    }

    private sealed class Log(ForgetfulFiles files, string path, IStoreLog log) : IStoreLog
    {
        public long Length => log.Length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            files.ThrowIfUnwell();
            log.Append(bytes);
        }

        public void Sync()
        {
            files.ThrowIfUnwell();
            if (files.FailSync)
            {
                files.FailSync = false;
                throw new IOException("Input/output error");
            }

            lock (files._synced) files._synced[path] = log.Length;
        }

        public void Dispose() => log.Dispose();
    }
}
