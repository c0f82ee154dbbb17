using System.Buffers;
using System.Text;
using Weir.Policy.Documents;

namespace Weir.Cli.Policy;

/// <summary>Reads the files that a command names. A folder stands for the manifests in it, <c>-</c> for standard input.</summary>
internal static class PolicyFiles
{
    /// <summary>The longest file that is read, in bytes. Texts of policies have a tighter bound of their own.</summary>
    public const int LongestFile = 256 * 1024 * 1024;

    private static readonly string[] Manifests = [".yaml", ".yml", ".json"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The texts, in the order named; those of a folder by name. A file that is named twice is read once.</summary>
    /// <param name="names">What the user named.</param>
    /// <param name="besides">Which endings of names count in a folder besides those of manifests.</param>
    /// <exception cref="UsageException">One is missing, is no text, or a folder has none.</exception>
    public static IReadOnlyList<TextFile> Read(IEnumerable<string> names, params string[] besides)
    {
        HashSet<string> seen = [];
        return [.. names.SelectMany(n => Expand(n, besides)).Where(n => seen.Add(n == "-" ? n : Path.GetFullPath(n))).Select(n => new TextFile(n, ReadText(n)))];
    }

    /// <summary>The text of one file.</summary>
    /// <exception cref="UsageException">It is missing or no text.</exception>
    public static string ReadText(string name)
    {
        try
        {
            using var stream = name == "-" ? Console.OpenStandardInput() : new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new ArrayBufferWriter<byte>(stream.CanSeek ? (int)Math.Clamp(stream.Length + 1, 256, LongestFile) : 4096);
            for (int read; (read = stream.Read(bytes.GetSpan(256))) > 0;)
            {
                bytes.Advance(read);
                if (bytes.WrittenCount > LongestFile) throw new UsageException($"{name} is longer than {LongestFile / 1024 / 1024} MB; split it.");
            }

            var text = Utf8.GetString(bytes.WrittenSpan);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{name} is no text: it has bytes that are not UTF-8.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException(name.StartsWith('-') ? $"there is no option {name}, and no file of that name." : $"there is no file {name}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{name} cannot be read: {e.Message.TrimEnd('.')}.");
        }
    }

    private static List<string> Expand(string name, string[] besides)
    {
        if (!Directory.Exists(name)) return [name];
        try
        {
            var found = Directory.EnumerateFiles(name).Where(f => Manifests.Concat(besides).Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal).ToList();
            return found.Count > 0 ? found : throw new UsageException($"the folder {name} has no file that ends in {string.Join(", ", Manifests.Concat(besides))}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the folder {name} cannot be read: {e.Message.TrimEnd('.')}.");
        }
    }
}
