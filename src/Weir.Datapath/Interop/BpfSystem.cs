using System.Runtime.InteropServices;

namespace Weir.Datapath.Interop;

/// <summary>The bpf(2) system call, command by command: what libbpf 1.1 has no function for, and what maps need on every write.</summary>
internal static unsafe partial class BpfSystem
{
    private const int LookupElement = 1, UpdateElement = 2, DeleteElement = 3, NextKey = 4, ObjectPin = 6, ObjectGet = 7,
        ProgramTestRun = 10, ObjectInfo = 15, UpdateBatch = 26, LinkCreate = 28, LinkUpdate = 29, LinkDetach = 34;

    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,
        Architecture.Arm64 => 280,
        var other => throw new PlatformNotSupportedException($"Weir's datapath knows x64 and arm64, not {other}."),
    };

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint command, void* attributes, nint size);

    /// <summary>Copies the value of a key. Returns 0 or an errno (2, ENOENT, where there is none).</summary>
    public static int Lookup(int map, void* key, void* value) => Element(LookupElement, map, key, value, 0);

    /// <summary>Writes a value. flags: 0 any, 1 only new, 2 only existing. Returns 0 or an errno.</summary>
    public static int Update(int map, void* key, void* value, ulong flags) => Element(UpdateElement, map, key, value, flags);

    /// <summary>Removes a key. Returns 0 or an errno.</summary>
    public static int Delete(int map, void* key) => Element(DeleteElement, map, key, null, 0);

    /// <summary>The key after <paramref name="key"/> (null: the first). Returns 0 or an errno (ENOENT after the last).</summary>
    public static int GetNextKey(int map, void* key, void* next) => Element(NextKey, map, key, next, 0);

    /// <summary>Writes many values; <paramref name="count"/> receives how many were written. Returns 0 or an errno.</summary>
    public static int Update(int map, void* keys, void* values, ref uint count)
    {
        var attributes = new BatchAttributes { Keys = (ulong)keys, Values = (ulong)values, Count = count, Map = (uint)map };
        var errno = Call(UpdateBatch, &attributes, sizeof(BatchAttributes), out _);
        count = attributes.Count;
        return errno;
    }

    /// <summary>Pins a map, program or link under a path of a bpffs. Returns 0 or an errno.</summary>
    public static int Pin(int fd, string path)
    {
        fixed (byte* text = Utf8(path))
        {
            var attributes = new ObjectAttributes { Path = (ulong)text, Fd = (uint)fd };
            return Call(ObjectPin, &attributes, sizeof(ObjectAttributes), out _);
        }
    }

    /// <summary>Opens a pin. Returns 0 or an errno (ENOENT where there is none).</summary>
    public static int Open(string path, out BpfHandle handle)
    {
        fixed (byte* text = Utf8(path))
        {
            var attributes = new ObjectAttributes { Path = (ulong)text };
            var errno = Call(ObjectGet, &attributes, sizeof(ObjectAttributes), out var fd);
            handle = new BpfHandle(errno == 0 ? fd : -1);
            return errno;
        }
    }

    /// <summary>Attaches a program to an interface by a tcx link. Returns 0 or an errno (EINVAL before Linux 6.6).</summary>
    public static int AttachTcx(int program, uint ifindex, bool ingress, out BpfHandle link)
    {
        const uint TcxIngress = 46, TcxEgress = 47;
        var attributes = new LinkAttributes { Program = (uint)program, Target = ifindex, Type = ingress ? TcxIngress : TcxEgress };
        var errno = Call(LinkCreate, &attributes, sizeof(LinkAttributes), out var fd);
        link = new BpfHandle(errno == 0 ? fd : -1);
        return errno;
    }

    /// <summary>Puts another program behind a link, atomically. Returns 0 or an errno.</summary>
    public static int UpdateLink(int link, int program)
    {
        var attributes = new LinkAttributes { Program = (uint)link, Target = (uint)program };
        return Call(LinkUpdate, &attributes, sizeof(LinkAttributes), out _);
    }

    /// <summary>Takes a link's program off its hook, whoever else holds the link. Returns 0 or an errno.</summary>
    public static int DetachLink(int link)
    {
        var attributes = new LinkAttributes { Program = (uint)link };
        return Call(LinkDetach, &attributes, sizeof(LinkAttributes), out _);
    }

    /// <summary>Fills <paramref name="info"/> with the kernel's description of an object. Returns 0 or an errno.</summary>
    public static int Info(int fd, void* info, int size)
    {
        var attributes = new InfoAttributes { Fd = (uint)fd, Size = (uint)size, Info = (ulong)info };
        return Call(ObjectInfo, &attributes, sizeof(InfoAttributes), out _);
    }

    /// <summary>Runs a program on a frame. Returns 0 or an errno.</summary>
    public static int TestRun(int program, ReadOnlySpan<byte> frame, Span<byte> after, Span<byte> context, out uint returned, out int length)
    {
        fixed (byte* input = frame, output = after, ctx = context)
        {
            var attributes = new TestRunAttributes
            {
                Program = (uint)program,
                SizeIn = (uint)frame.Length,
                SizeOut = (uint)after.Length,
                DataIn = (ulong)input,
                DataOut = (ulong)output,
                ContextSizeIn = (uint)context.Length,
                ContextSizeOut = (uint)context.Length,
                ContextIn = (ulong)ctx,
                ContextOut = (ulong)ctx,
            };
            var errno = Call(ProgramTestRun, &attributes, sizeof(TestRunAttributes), out _);
            returned = attributes.Returned;
            length = (int)attributes.SizeOut;
            return errno;
        }
    }

    private static int Element(int command, int map, void* key, void* value, ulong flags)
    {
        var attributes = new ElementAttributes { Map = (uint)map, Key = (ulong)key, Value = (ulong)value, Flags = flags };
        return Call(command, &attributes, sizeof(ElementAttributes), out _);
    }

    private static int Call(int command, void* attributes, int size, out int result)
    {
        result = (int)Syscall(s_number, command, attributes, size);
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static byte[] Utf8(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];

    [StructLayout(LayoutKind.Sequential)]
    private struct ElementAttributes
    {
        public uint Map;
        private readonly uint _pad;
        public ulong Key, Value, Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BatchAttributes
    {
        private readonly ulong _in, _out;
        public ulong Keys, Values;
        public uint Count, Map;
        private readonly ulong _elementFlags, _flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ObjectAttributes
    {
        public ulong Path;
        public uint Fd;
        private readonly uint _flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkAttributes
    {
        public uint Program, Target, Type, Flags;
        private readonly ulong _relative, _expected;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InfoAttributes
    {
        public uint Fd, Size;
        public ulong Info;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TestRunAttributes
    {
        public uint Program, Returned, SizeIn, SizeOut;
        public ulong DataIn, DataOut;
        private readonly uint _repeat, _duration;
        public uint ContextSizeIn, ContextSizeOut;
        public ulong ContextIn, ContextOut;
    }
}
