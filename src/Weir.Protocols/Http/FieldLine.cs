namespace Weir.Protocols.Http;

/// <summary>Reads one line <c>name: value</c> without its line break.</summary>
internal static class FieldLine
{
    public static HttpFault Read(ReadOnlySpan<byte> line, out int nameLength, out int valueStart, out int valueLength)
    {
        nameLength = line.IndexOf((byte)':');
        valueStart = valueLength = 0;
        if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t') return HttpFault.FoldedLine;
        if (nameLength <= 0 || line[..nameLength].ContainsAnyExcept(HttpText.Token)) return HttpFault.BadFieldName;
        var rest = line[(nameLength + 1)..];
        if (rest.ContainsAnyExcept(HttpText.Value)) return rest.ContainsAny((byte)'\n', (byte)'\r') ? HttpFault.BareLineBreak : HttpFault.BadFieldValue;
        var value = HttpText.Trim(rest);
        valueStart = value.IsEmpty ? line.Length : nameLength + 1 + rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        valueLength = value.Length;
        return HttpFault.None;
    }
}
