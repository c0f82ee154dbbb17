using System.Globalization;

namespace Weir.Fuzz;

/// <summary>Mutates seeds for a time where no coverage-guided fuzzer is at hand: flips, cuts, repeats and splices.</summary>
internal static class Mutator
{
    private static readonly byte[][] Words =
    [
        .. new[] { "[]", "{}", "null", "- ", ": ", "&a ", "*a", "\n", "  ", "\"", "'", "0", "-1", "65536", "*", "**.", "{", "}", "specs:", "ingress:", "toPorts:", "((", "[^", "\0", "\u2028", " | ", "summarize ", " by ", "extend x = ", "let f = (", "join kind=", " on ", "datatable(", "dynamic(", "toscalar(", "@'", "```", "(-1d)" }.Select(w => System.Text.Encoding.UTF8.GetBytes(w)),
    ];

    /// <summary>Runs a target on mutations; 1 with a crash file written where it throws or takes longer than 10 seconds.</summary>
    public static int Run(Action<byte[]> target, string folder, TimeSpan time, TimeProvider clock)
    {
        var seeds = Directory.GetFiles(folder).Select(File.ReadAllBytes).ToList();
        var random = new Random(1);
        var start = clock.GetTimestamp();
        long runs = 0;
        while (clock.GetElapsedTime(start) < time)
        {
            var input = Mutate(seeds, random);
            var began = clock.GetTimestamp();
            try
            {
                target(input);
            }
            catch (Exception e)
            {
                return Report(input, e.ToString());
            }

            if (clock.GetElapsedTime(began) > TimeSpan.FromSeconds(10)) return Report(input, "longer than 10 s");
            runs++;
        }

        Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{runs} runs of {seeds.Count} seeds, no crash.\n"));
        return 0;
    }

    private static byte[] Mutate(List<byte[]> seeds, Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Count)]];
        for (var step = random.Next(1, 6); step > 0 && bytes.Count > 0; step--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at)));
                    break;
                case 3:
                    bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                    break;
                default:
                    var other = seeds[random.Next(seeds.Count)];
                    if (other.Length > 0) bytes.InsertRange(at, other.AsSpan(random.Next(other.Length)).ToArray().Take(200));
                    break;
            }
        }

        return [.. bytes];
    }

    private static int Report(byte[] input, string what)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"weir-fuzz-crash-{Environment.ProcessId}"));
        File.WriteAllBytes(path, input);
        Console.Error.Write($"{what}\nThe input is in {path}.\n");
        return 1;
    }
}
