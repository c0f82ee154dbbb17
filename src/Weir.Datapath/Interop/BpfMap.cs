namespace Weir.Datapath.Interop;

/// <summary>One table of the kernel, with the type of its keys and values.</summary>
/// <param name="name">As in bpf/maps.h.</param>
/// <param name="setting">The option that enlarges it, for the message when it is full.</param>
/// <param name="handle">Its descriptor.</param>
/// <param name="maxEntries">Its size, which may be another than the option where it was adopted.</param>
internal sealed unsafe class BpfMap<TKey, TValue>(string name, string setting, BpfHandle handle, uint maxEntries) : IDisposable
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int Batch = 4096;

    public int Fd => handle.Fd;

    public string Name => name;

    public uint MaxEntries => maxEntries;

    /// <summary>Copies the value of a key; false where there is none.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        value = default;
        fixed (TValue* v = &value)
        {
            var errno = BpfSystem.Lookup(handle.Fd, &key, v);
            if (errno is not 0 and not ErrnoName.NoEntry) throw DatapathException.MapRefused("lookup", name, errno);
            return errno == 0;
        }
    }

    /// <summary>Writes a value.</summary>
    /// <exception cref="DatapathException">The map is full, or the kernel refused.</exception>
    public void Set(TKey key, TValue value)
    {
        var errno = BpfSystem.Update(handle.Fd, &key, &value, 0);
        if (errno != 0) throw Refused("write", errno);
    }

    /// <summary>Writes a value; false where the map is full.</summary>
    /// <exception cref="DatapathException">The kernel refused.</exception>
    public bool TrySet(TKey key, TValue value)
    {
        var errno = BpfSystem.Update(handle.Fd, &key, &value, 0);
        return errno switch
        {
            0 => true,
            ErrnoName.TooBig or ErrnoName.NoSpace or ErrnoName.NoMemory => false,
            _ => throw DatapathException.MapRefused("write", name, errno),
        };
    }

    /// <summary>Writes many values, in as few system calls as the kernel allows. On a failure some may have been written.</summary>
    /// <exception cref="DatapathException">The map is full, or the kernel refused.</exception>
    public void SetAll(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
    {
        for (var done = 0; done < keys.Length;)
        {
            var count = (uint)Math.Min(Batch, keys.Length - done);
            int errno;
            fixed (TKey* k = keys[done..])
            fixed (TValue* v = values[done..])
            {
                errno = BpfSystem.Update(handle.Fd, k, v, ref count);
            }

            if (errno != 0) throw Refused("write", errno);
            done += (int)count;
        }
    }

    /// <summary>Removes a key; false where there was none.</summary>
    public bool Remove(TKey key)
    {
        var errno = BpfSystem.Delete(handle.Fd, &key);
        if (errno is not 0 and not ErrnoName.NoEntry) throw DatapathException.MapRefused("delete", name, errno);
        return errno == 0;
    }

    /// <summary>All keys. What programs add meanwhile may be missing or appear; the walk ends after at most twice the map's size.</summary>
    public List<TKey> Keys()
    {
        List<TKey> keys = [];
        TKey key = default, next = default;
        var errno = BpfSystem.GetNextKey(handle.Fd, null, &next);
        while (errno == 0 && keys.Count <= 2L * maxEntries)
        {
            keys.Add(next);
            key = next;
            errno = BpfSystem.GetNextKey(handle.Fd, &key, &next);
        }

        return errno is 0 or ErrnoName.NoEntry ? keys : throw DatapathException.MapRefused("walk", name, errno);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private DatapathException Refused(string operation, int errno) =>
        errno is ErrnoName.TooBig or ErrnoName.NoSpace
            ? DatapathException.MapFull(name, maxEntries, setting, errno)
            : DatapathException.MapRefused(operation, name, errno);
}
