using System.Buffers.Binary;
using System.Text;

namespace Weir.Unit.Datapath;

/// <summary>Reads the layout of C structs out of the type information (BTF) that clang left in an object file.</summary>
internal sealed class BtfReader
{
    private const int Struct = 4, Union = 5;
    private readonly Dictionary<string, string> _layouts = [];

    /// <summary>Reads a little-endian 64-bit ELF file.</summary>
    public BtfReader(byte[] elf)
    {
        var btf = Section(elf, ".BTF");

        // struct btf_header: magic u16, version u8, flags u8, hdr_len, type_off, type_len, str_off, str_len
        var header = (int)Number(btf, 4);
        var types = btf.AsSpan(header + (int)Number(btf, 8), (int)Number(btf, 12));
        var strings = btf.AsSpan(header + (int)Number(btf, 16), (int)Number(btf, 20));
        for (var at = 0; at < types.Length;)
        {
            // struct btf_type: name_off, info (kind in bits 24-28, member count in the low 16), size or type
            var name = Text(strings, Number(types, at));
            var info = Number(types, at + 4);
            var (kind, count, size) = ((int)(info >> 24 & 0x1f), (int)(info & 0xffff), Number(types, at + 8));
            at += 12;
            if (kind is Struct && name.Length > 0) _layouts[name] = Layout(types[at..], strings, count, size, info >> 31 == 1);
            at += kind switch
            {
                1 or 14 or 17 => 4,         // int, var, decl_tag
                3 => 12,                    // array
                Struct or Union or 19 => 12 * count,
                6 or 13 => 8 * count,       // enum, function prototype
                15 => 12 * count,           // datasec
                _ => 0,
            };
        }
    }

    /// <summary>"first@0 second@4 size 8" of a struct.</summary>
    public string this[string name] => _layouts[name];

    private static string Layout(ReadOnlySpan<byte> members, ReadOnlySpan<byte> strings, int count, uint size, bool bitfields)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            // struct btf_member: name_off, type, offset in bits (with bit fields: the low 24 bits)
            var bits = Number(members, (i * 12) + 8) & (bitfields ? 0xffffff : uint.MaxValue);
            text.Append(Text(strings, Number(members, i * 12)).Replace("_", "", StringComparison.Ordinal)).Append('@').Append(bits / 8).Append(' ');
        }

        return text.Append("size ").Append(size).ToString();
    }

    private static byte[] Section(byte[] elf, string wanted)
    {
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(0x28));
        var (entry, count, names) = (Short(elf, 0x3a), Short(elf, 0x3c), Short(elf, 0x3e));
        var nameTable = Bounds(elf, sections + (names * entry));
        for (var i = 0; i < count; i++)
        {
            var at = sections + (i * entry);
            if (Text(elf.AsSpan(nameTable.Start, nameTable.Length), Number(elf, at)) != wanted) continue;
            var (start, length) = Bounds(elf, at);
            return elf[start..(start + length)];
        }

        throw new InvalidDataException($"The object has no section {wanted}: it was compiled without -g.");
    }

    private static (int Start, int Length) Bounds(byte[] elf, int section) =>
        ((int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(section + 0x18)), (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(section + 0x20)));

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static string Text(ReadOnlySpan<byte> strings, uint at)
    {
        var text = strings[(int)at..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }
}
