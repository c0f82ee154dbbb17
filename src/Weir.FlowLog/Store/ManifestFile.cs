using System.Globalization;
using System.Text.Json;

namespace Weir.FlowLog.Store;

/// <summary>Reads <c>manifest.json</c>, and believes nothing in it that would be found out only later.</summary>
internal static class ManifestFile
{
    /// <summary>Its name in a store's folder.</summary>
    public const string Name = "manifest.json";

    private const string Advice = "Put a copy back, or give another folder; the segments below data are not touched.";

    /// <summary>The manifest of a store.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no manifest; the message names the place and what was expected.</exception>
    public static Manifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.Manifest) ?? throw new InvalidDataException($"{path} is empty (null). {Advice}");
            if (manifest.Form > Manifest.CurrentForm)
                throw new InvalidDataException($"{path} was written by a newer version (form {manifest.Form}; this one reads {Manifest.CurrentForm}). Use that version.");
            if (Fault(manifest) is { } fault) throw new InvalidDataException($"{path} is damaged: {fault}. {Advice}");
            return manifest;
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}{(e.Path is { Length: > 1 } at ? $", at {at}" : "")}");
            throw new InvalidDataException($"{path} is no manifest of a store: {place}: {e.Message.Split(". Path:")[0].TrimEnd('.')}. {Advice}", e);
        }
    }

    // A file that was edited by hand may lack a list, or have null in one, which the types do not say.
    private static string? Fault(Manifest manifest)
    {
        if (manifest.Form < 1) return $"form is {manifest.Form}, expected is {Manifest.CurrentForm}";
        if ((object?)manifest.Segments is null) return "segments is missing, expected is a list";
        if ((object?)manifest.Damaged is null) return "damaged is missing, expected is a list";
        if ((object?)manifest.Stored is null) return "stored is missing, expected is an object of nodes";
        if (manifest.NextFile < 1) return $"nextFile is {manifest.NextFile}, expected is at least 1";
        if (manifest.Wal is not { File: >= 0, Offset: >= 0 }) return $"wal is {manifest.Wal.File}, {manifest.Wal.Offset}, expected are a file's number and an offset";
        if (manifest.RawFrom < 0 || manifest.RawFrom % SegmentWriter.Hour != 0) return $"rawFrom is {manifest.RawFrom}, expected is the start of an hour in ticks";
        var files = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < manifest.Segments.Count; i++)
        {
            if (Fault(manifest.Segments[i]) is { } fault) return $"segments[{i}]{fault}";
            if (!files.Add(manifest.Segments[i].File)) return $"segments[{i}].file is {manifest.Segments[i].File}, which an earlier one has too";
        }

        return null;
    }

    private static string? Fault(Segment? segment)
    {
        if (segment is null) return " is null, expected is a segment";

        // Nothing outside of the store is ever opened, moved or deleted because a manifest says so.
        if (segment.File is not { Length: > 0 } file || Path.IsPathRooted(file) || file.Split('/').Contains("..") || !file.StartsWith("data/", StringComparison.Ordinal))
            return $".file is '{segment.File}', expected is a path below data";
        if (segment.Rows < 1 || segment.Bytes < 1) return $" has {segment.Rows} rows and {segment.Bytes} bytes, expected is at least 1 of each";
        if (segment.Hour % SegmentWriter.Hour != 0) return $".hour is {segment.Hour}, expected is the start of an hour in ticks";
        return segment.From > segment.Until || segment.From < segment.Hour || segment.Until >= segment.Hour + SegmentWriter.Hour ? " has times outside of its hour" : null;
    }
}
