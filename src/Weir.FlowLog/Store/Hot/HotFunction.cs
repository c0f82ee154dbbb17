using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Weir.FlowLog.Store.Hot;

/// <summary>DuckDB's table function <c>hot(HOUR)</c>: the engine asks for the rows of an hour a chunk at a time, and columns write them straight into its vectors.</summary>
/// <remarks>Holds the only unsafe code of the store (docs/adr/0182): callbacks, and spans over memory that the engine owns while it asks. One thread.</remarks>
internal sealed unsafe partial class HotFunction : IDisposable
{
    /// <summary>Its name in SQL.</summary>
    public const string Name = "hot";

    /// <summary>Rows of a chunk at most.</summary>
    public const int Size = 2048;

    private GCHandle _self;
    private DuckDBLogicalType[] _types = [];
    private HotTable? _table;
    private DuckDBDataChunk _chunk = new();

    /// <summary>Makes the function known to an engine.</summary>
    /// <exception cref="IOException">The engine does not take it.</exception>
    public HotFunction(DuckDBConnection connection)
    {
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        var function = NativeMethods.TableFunction.DuckDBCreateTableFunction();
        try
        {
            using var hour = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt);
            NativeMethods.TableFunction.DuckDBTableFunctionSetName(function, Name);
            NativeMethods.TableFunction.DuckDBTableFunctionAddParameter(function, hour);
            NativeMethods.TableFunction.DuckDBTableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(_self), null);
            NativeMethods.TableFunction.DuckDBTableFunctionSetBind(function, &Bind);
            NativeMethods.TableFunction.DuckDBTableFunctionSetInit(function, &Start);
            NativeMethods.TableFunction.DuckDBTableFunctionSetFunction(function, &Next);
            if (NativeMethods.TableFunction.DuckDBRegisterTableFunction(connection.NativeConnection, function) != DuckDBState.Success)
                throw new IOException("DuckDB does not take the table function of the rows to be written.");
        }
        finally
        {
            NativeMethods.TableFunction.DuckDBDestroyTableFunction(ref function);
        }
    }

    /// <summary>Says which rows statements get from now on; null when none.</summary>
    public void Use(HotTable? table)
    {
        foreach (var type in _types) type.Dispose();
        _table = table;
        _types = table is null ? [] : [.. table.Columns.Select(TypeOf)];
    }

    /// <summary>The values of a column.</summary>
    /// <typeparam name="T">As wide as the column's type.</typeparam>
    public Span<T> Values<T>(int column)
        where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Size);

    /// <summary>Which values of a column are there: a bit each, the lowest first, set until it is cleared.</summary>
    public Span<ulong> Validity(int column)
    {
        var vector = Vector(column);
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return new(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), Size / 64);
    }

    /// <summary>Sets a text.</summary>
    public void SetText(int column, int row, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes) NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(Vector(column), (ulong)row, start, bytes.Length);
    }

    /// <summary>How many bytes an enumeration's numbers have in a column.</summary>
    public int EnumBytes(int column) => NativeMethods.LogicalType.DuckDBEnumInternalType(_types[column]) switch
    {
        DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.UnsignedSmallInt => 2,
        _ => 4,
    };

    /// <summary>Lets go of the rows; the engine must be closed already, for it knows the function until then.</summary>
    public void Dispose()
    {
        Use(null);
        if (_self.IsAllocated) _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            var (self, table) = Of(NativeMethods.TableFunction.DuckDBBindGetExtraInfo(info));
            using var value = NativeMethods.TableFunction.DuckDBBindGetParameter(info, 0);
            var hour = table.Hours[NativeMethods.Value.DuckDBGetInt64(value)];
            for (var i = 0; i < self._types.Length; i++) NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, table.Columns[i].Name, self._types[i]);
            NativeMethods.TableFunction.DuckDBBindSetCardinality(info, (ulong)hour.Rows, isExact: true);
            NativeMethods.TableFunction.DuckDBBindSetBindData(info, GCHandle.ToIntPtr(GCHandle.Alloc(hour)), &Forget);
        }
        catch (Exception e)
        {
            NativeMethods.TableFunction.DuckDBBindSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Start(nint info)
    {
        var hour = (HourRows)GCHandle.FromIntPtr(NativeMethods.TableFunction.DuckDBInitGetBindData(info)).Target!;
        NativeMethods.TableFunction.DuckDBInitSetInitData(info, GCHandle.ToIntPtr(GCHandle.Alloc(new HotCursor(hour.Runs))), &Forget);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Next(nint info, nint output)
    {
        try
        {
            var (self, table) = Of(NativeMethods.TableFunction.DuckDBFunctionGetExtraInfo(info));
            var cursor = (HotCursor)GCHandle.FromIntPtr(NativeMethods.TableFunction.DuckDBFunctionGetInitData(info)).Target!;
            using var chunk = self._chunk = new DuckDBDataChunk(output);
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)cursor.Fill(table.Columns, self));
        }
        catch (Exception e)
        {
            // No exception may cross the engine's frames; the statement fails with this instead.
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forget(nint handle) => GCHandle.FromIntPtr(handle).Free();

    private static (HotFunction Self, HotTable Table) Of(nint handle)
    {
        var self = (HotFunction)GCHandle.FromIntPtr(handle).Target!;
        return (self, self._table ?? throw new InvalidOperationException("No rows wait to be written."));
    }

    private static DuckDBLogicalType TypeOf(HotColumn column)
    {
        if (column.Words is not { } words) return NativeMethods.LogicalType.DuckDBCreateLogicalType(column.Type);
        var texts = words.Select(w => Marshal.StringToCoTaskMemUTF8(w)).ToArray();
        try
        {
            return CreateEnumType(texts, (ulong)texts.Length);
        }
        finally
        {
            foreach (var text in texts) Marshal.FreeCoTaskMem(text);
        }
    }

    // Not among the bindings' methods: https://duckdb.org/docs/stable/clients/c/api (duckdb_create_enum_type).
    [LibraryImport("duckdb", EntryPoint = "duckdb_create_enum_type")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial DuckDBLogicalType CreateEnumType([In] nint[] names, ulong count);

    private nint Vector(int column) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
}
