using System.Runtime.InteropServices;
using Weir.Datapath.Interop;
using Weir.Datapath.Maps;

namespace Weir.Datapath.Programs;

/// <summary>weir.bpf.o, loaded: its programs and its maps. Maps are pinned, or taken over from their pins.</summary>
internal sealed unsafe class ProgramObject : IDisposable
{
    private const int LogBytes = 1 << 20;
    private const uint LogStatistics = 4, LogReasons = 1;

    private readonly Dictionary<string, BpfHandle> _programs = [];
    private readonly Dictionary<string, (BpfHandle Handle, uint Entries)> _maps = [];
    private readonly Dictionary<string, string> _logs = [];
    private readonly KernelDatapathOptions _options;

    private ProgramObject(KernelDatapathOptions options) => _options = options;

    /// <summary>The programs, by the names of bpf/weir.bpf.c.</summary>
    public IReadOnlyDictionary<string, BpfHandle> Programs => _programs;

    /// <summary>What the verifier wrote about each program.</summary>
    public IReadOnlyDictionary<string, string> VerifierLogs => _logs;

    /// <summary>Loads the programs; on a failure nothing of it stays.</summary>
    /// <exception cref="DatapathException">There is no object or no libbpf, or the kernel refused.</exception>
    public static ProgramObject Load(KernelDatapathOptions options, PinFolder pins)
    {
        if (!File.Exists(options.ObjectPath))
        {
            throw new DatapathException(
                $"There is no '{options.ObjectPath}': the build found no clang. Install one (Debian: apt-get install clang-19 libbpf-dev) and build again.",
                errno: 0);
        }

        var loaded = new ProgramObject(options);
        try
        {
            _ = LibBpf.SetPrint(0);
            if (!loaded.TryLoad(pins, LogStatistics, out var errno) && !loaded.TryLoad(pins, LogReasons, out errno))
                throw loaded.Rejected(errno);
            return loaded;
        }
        catch (DllNotFoundException)
        {
            loaded.Dispose();
            throw new DatapathException("There is no libbpf.so.1. Install it (Debian: apt-get install libbpf1).", errno: 0);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>A map of the object; the caller disposes it.</summary>
    public BpfMap<TKey, TValue> Map<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        var (handle, entries) = _maps[name];
        var setting = _options.Sizes.TryGetValue(name, out var size) ? size.Setting : "the map's size in bpf/maps.h";
        return new BpfMap<TKey, TValue>(name, setting, Duplicate(handle.Fd), entries);
    }

    /// <summary>A map's descriptor, for the caller to dispose, and its size.</summary>
    public (BpfHandle Handle, uint Entries) MapHandle(string name) => (Duplicate(_maps[name].Handle.Fd), _maps[name].Entries);

    /// <summary>How full the tables are.</summary>
    public IReadOnlyList<TableFill> ReadTables() =>
        [.. _maps.Where(m => m.Key.StartsWith("weir_", StringComparison.Ordinal)).Select(m => TableFills.Of(m.Key, m.Value.Handle.Fd)).OfType<TableFill>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var program in _programs.Values) program.Dispose();
        foreach (var (handle, _) in _maps.Values) handle.Dispose();
    }

    private bool TryLoad(PinFolder pins, uint logLevel, out int errno)
    {
        var bpfObject = LibBpf.ObjectOpenFile(_options.ObjectPath, null);
        if (bpfObject == 0)
        {
            errno = Marshal.GetLastPInvokeError();
            throw new DatapathException($"libbpf cannot read '{_options.ObjectPath}' ({ErrnoName.Of(errno)}). Build the project again.", errno);
        }

        var logs = new List<(string Program, nint Buffer)>();
        try
        {
            for (var map = LibBpf.ObjectNextMap(bpfObject, 0); map != 0; map = LibBpf.ObjectNextMap(bpfObject, map)) Prepare(map, pins);
            for (var program = LibBpf.ObjectNextProgram(bpfObject, 0); program != 0; program = LibBpf.ObjectNextProgram(bpfObject, program))
            {
                var buffer = (nint)NativeMemory.AllocZeroed(LogBytes);
                logs.Add((Text(LibBpf.ProgramName(program)), buffer));
                _ = LibBpf.ProgramSetLogBuf(program, (byte*)buffer, LogBytes);
                _ = LibBpf.ProgramSetLogLevel(program, logLevel);
            }

            errno = -LibBpf.ObjectLoad(bpfObject);
            foreach (var (program, buffer) in logs) _logs[program] = Text((byte*)buffer);
            if (errno != 0) return false;

            Take(bpfObject);
            return true;
        }
        finally
        {
            LibBpf.ObjectClose(bpfObject);
            foreach (var (_, buffer) in logs) NativeMemory.Free((void*)buffer);
        }
    }

    /// <summary>Sets size and pin. A pinned map keeps the size that it has: its contents are worth more than the new size.</summary>
    private void Prepare(nint map, PinFolder pins)
    {
        var name = Text(LibBpf.MapName(map));
        if (!name.StartsWith("weir_", StringComparison.Ordinal) || name == "weir_packet") return;

        if (_options.Sizes.TryGetValue(name, out var size)) _ = LibBpf.MapSetMaxEntries(map, size.Entries);
        var pin = pins.Map(name);
        if (BpfSystem.Open(pin, out var pinned) == 0)
        {
            using (pinned)
            {
                var info = stackalloc uint[20]; // struct bpf_map_info: type, id, key_size, value_size, max_entries, ...
                if (BpfSystem.Info(pinned.Fd, info, 80) == 0) _ = LibBpf.MapSetMaxEntries(map, info[4]);
            }
        }

        _ = LibBpf.MapSetPinPath(map, pin);
    }

    private void Take(nint bpfObject)
    {
        for (var map = LibBpf.ObjectNextMap(bpfObject, 0); map != 0; map = LibBpf.ObjectNextMap(bpfObject, map))
            _maps[Text(LibBpf.MapName(map))] = (Duplicate(LibBpf.MapFd(map)), LibBpf.MapMaxEntries(map));
        for (var program = LibBpf.ObjectNextProgram(bpfObject, 0); program != 0; program = LibBpf.ObjectNextProgram(bpfObject, program))
            _programs[Text(LibBpf.ProgramName(program))] = Duplicate(LibBpf.ProgramFd(program));
    }

    private DatapathException Rejected(int errno)
    {
        var running = Environment.OSVersion.Version;
        var missing = KernelFeature.Needed.FirstOrDefault(feature => running < feature.Since);
        if (missing is not null) return DatapathException.FeatureMissing(missing, running, errno);

        // libbpf stops at the first program that is refused, whose log says why; with no log a map was refused.
        var (program, log) = _logs.LastOrDefault(entry => entry.Value.Length > 0);
        return program is not null && errno != ErrnoName.NoMemory
            ? DatapathException.ProgramRejected(program, errno, log)
            : new DatapathException(
                $"The kernel refused to make Weir's maps ({ErrnoName.Of(errno)}). It needs CAP_BPF and CAP_NET_ADMIN, and memory for its tables (--table-entries). " +
                "Where maps are pinned already, another version may have made them: remove the node's pods and its folder in the bpffs.", errno);
    }

    private static BpfHandle Duplicate(int fd)
    {
        const int DuplicateCloseOnExec = 1030;
        var copy = LibC.Fcntl(fd, DuplicateCloseOnExec, 0);
        return copy >= 0 ? new BpfHandle(copy) : throw DatapathException.MapRefused("dup", $"fd {fd}", Marshal.GetLastPInvokeError());
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
