using Weir.Observe.Wire;

namespace Weir.Hub.Ui.Flows;

/// <summary>Single fields of protobuf messages, read in place.</summary>
internal static class Wire
{
    /// <summary>A text or message; empty where it is not there. Of several the last.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> message, int wanted)
    {
        ReadOnlySpan<byte> found = default;
        var fields = new WireFields(message);
        while (fields.TryNext(out var field, out _, out var value))
            if (field == wanted) found = value;
        return found;
    }

    /// <summary>The first item of a list; empty where there is none.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> message, int wanted)
    {
        var fields = new WireFields(message);
        while (fields.TryNext(out var field, out _, out var value))
            if (field == wanted) return value;
        return default;
    }

    /// <summary>A number; 0 where it is not there.</summary>
    public static ulong Number(ReadOnlySpan<byte> message, int wanted)
    {
        ulong found = 0;
        var fields = new WireFields(message);
        while (fields.TryNext(out var field, out var number, out _))
            if (field == wanted) found = number;
        return found;
    }
}
