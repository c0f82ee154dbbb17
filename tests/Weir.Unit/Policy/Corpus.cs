using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Weir.Unit.Policy;

/// <summary>Finds the files of cases: our own beside the tests, others' where the machine has them.</summary>
internal static class Corpus
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static IEnumerable<JsonElement> Ours(string name) => Read(Path.Combine(Root, "tests", "corpora", name));

    /// <summary>The path of a shared file; null where this machine does not have it.</summary>
    public static string? Shared(params string[] parts)
    {
        var folder = Environment.GetEnvironmentVariable("WEIR_CORPORA") is { Length: > 0 } given
            ? Path.GetFullPath(Path.Combine(given, ".."))
            : Path.GetFullPath(Path.Combine(Root, "..", "shared"));
        var path = Path.Combine([folder, .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    public static IEnumerable<JsonElement> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0) continue;
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
