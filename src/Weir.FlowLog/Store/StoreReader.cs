namespace Weir.FlowLog.Store;

/// <summary>Looks into a store's folder without opening the store, so that a hub may have it open meanwhile. Changes nothing.</summary>
public static class StoreReader
{
    /// <summary>What the store holds.</summary>
    /// <exception cref="IOException">There is none in this folder.</exception>
    /// <exception cref="InvalidDataException">Its manifest is damaged; the message names the place.</exception>
    public static Manifest Read(string folder)
    {
        var path = Path.Combine(folder, ManifestFile.Name);
        if (!File.Exists(path)) throw new IOException($"{folder} holds no store of flows: it has no manifest.json. The hub's is in its --run folder, below store.");
        return ManifestFile.Read(path);
    }

    /// <summary>A snapshot for reading; a hub that compacts meanwhile may take files away.</summary>
    public static StoreSnapshot Hold(string folder) => new(Path.GetFullPath(folder), Read(folder), () => { });

    /// <summary>Reads every segment; returns those whose bytes are not what was written, and that are still listed.</summary>
    public static IReadOnlyList<Segment> Damaged(string folder)
    {
        var bad = Read(folder).Segments.Where(s => !IsWhole(Path.Combine(folder, s.File), s)).ToList();
        var listed = Read(folder).Segments.Select(s => s.File).ToHashSet(StringComparer.Ordinal);
        return [.. bad.Where(s => listed.Contains(s.File))];
    }

    /// <summary>Whether a segment's file has the bytes that were written.</summary>
    internal static bool IsWhole(string path, Segment segment)
    {
        try
        {
            return Checksum.Of(File.ReadAllBytes(path)) == segment.Crc;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
