using System.Buffers.Binary;
using System.Globalization;

namespace Weir.FlowLog.Store;

/// <summary>What is acknowledged but not yet in a segment: records, each with its length and checksum, in numbered files.</summary>
/// <remarks>A record that a crash tore ends the log: it was never acknowledged. One thread.</remarks>
internal sealed class WriteAheadLog : IDisposable
{
    private const int HeaderBytes = 8;
    private const int LargestRecord = 64 * 1024 * 1024;
    private readonly IStoreFiles _files;
    private readonly string _folder;
    private readonly long _fileBytes;
    private IStoreLog _log;
    private long _number;
    private byte[] _record = new byte[64 * 1024];

    private WriteAheadLog(IStoreFiles files, string folder, long fileBytes, long number)
    {
        (_files, _folder, _fileBytes, _number) = (files, folder, fileBytes, number);
        _log = files.OpenLog(PathOf(number));
    }

    /// <summary>Where the next record will stand.</summary>
    public WalPosition End => new(_number, _log.Length);

    /// <summary>Reads what an earlier process left, then opens a new file: what is torn is never written behind.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="from">Records before this place are in segments already.</param>
    /// <param name="fileBytes">The size at which a file is followed by the next.</param>
    /// <param name="replay">Told each record.</param>
    public static WriteAheadLog Open(IStoreFiles files, string folder, WalPosition from, long fileBytes, Action<ReadOnlyMemory<byte>, WalPosition> replay)
    {
        Directory.CreateDirectory(folder);
        var last = from.File;
        foreach (var number in Numbers(folder))
        {
            last = Math.Max(last, number);
            if (number >= from.File) Replay(Path.Combine(folder, NameOf(number)), number, number == from.File ? from.Offset : 0, replay);
        }

        return new WriteAheadLog(files, folder, fileBytes, last + 1);
    }

    /// <summary>Appends a record; it is safe after <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">The disk is full or broken; nothing of the record is left.</exception>
    public void Append(ReadOnlySpan<byte> payload)
    {
        if (_log.Length >= _fileBytes)
        {
            // The old file is synced first: what stands in the next one must not survive what stands before it.
            _log.Sync();
            StartFile();
        }

        var length = HeaderBytes + payload.Length;
        if (_record.Length < length) _record = new byte[Math.Max(length, _record.Length * 2)];
        BinaryPrimitives.WriteInt32LittleEndian(_record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_record.AsSpan(4), Checksum.Of(payload));
        payload.CopyTo(_record.AsSpan(HeaderBytes));
        _log.Append(_record.AsSpan(0, length));
    }

    /// <summary>Makes everything appended safe.</summary>
    /// <exception cref="IOException">Nothing since the last sync may be taken for safe.</exception>
    public void Sync() => _log.Sync();

    /// <summary>Goes on in a new file; what is not synced in the last one is given up.</summary>
    public void StartFile()
    {
        var next = _files.OpenLog(PathOf(_number + 1));
        _log.Dispose();
        (_log, _number) = (next, _number + 1);
    }

    /// <summary>Deletes the files that lie wholly before a place.</summary>
    public void Forget(WalPosition before)
    {
        foreach (var number in Numbers(_folder).Where(n => n < before.File && n < _number)) File.Delete(PathOf(number));
    }

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private static void Replay(string path, long number, long offset, Action<ReadOnlyMemory<byte>, WalPosition> replay)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var header = new byte[HeaderBytes];
        while (RandomAccess.Read(file, header, offset) == HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is <= 0 or > LargestRecord) return;
            var payload = new byte[length];
            if (RandomAccess.Read(file, payload, offset + HeaderBytes) != length) return;
            if (Checksum.Of(payload) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4))) return;
            offset += HeaderBytes + length;
            replay(payload, new WalPosition(number, offset));
        }
    }

    private static List<long> Numbers(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.wal")
            .Select(f => long.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(n => n > 0).Order(),
    ];

    private static string NameOf(long number) => number.ToString("D12", CultureInfo.InvariantCulture) + ".wal";

    private string PathOf(long number) => Path.Combine(_folder, NameOf(number));
}
