using System.Globalization;

namespace Weir.Fuzz;

/// <summary>Mutates seeds for a time where no coverage-guided fuzzer is at hand: flips, cuts, repeats and splices.</summary>
internal static class Mutator
{
    private static readonly byte[][] Words =
    [
        .. new[] { "[]", "{}", "null", "- ", ": ", "&a ", "*a", "\n", "  ", "\"", "'", "0", "-1", "65536", "*", "**.", "{", "}", "specs:", "ingress:", "toPorts:", "((", "[^", "\0", "\u2028", " | ", "summarize ", " by ", "extend x = ", "let f = (", "join kind=", " on ", "datatable(", "dynamic(", "toscalar(", "@'", "```", "(-1d)" }.Select(w => System.Text.Encoding.UTF8.GetBytes(w)),
    ];

    private const long MostGrowthBytes = 64 << 20;
    private const int WarmRuns = 1_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static byte[]? s_current;

    /// <summary>Runs a target on mutations; 1 with a crash file written where it throws, takes longer than 10 seconds, or keeps more and more memory.</summary>
    public static int Run(Action<byte[]> target, string folder, TimeSpan time, TimeProvider clock)
    {
        var seeds = Directory.GetFiles(folder).Select(File.ReadAllBytes).ToList();
        var random = new Random(1);
        var start = clock.GetTimestamp();
        long runs = 0, kept = -1;
        using var hang = new Timer(_ =>
        {
            Report(Volatile.Read(ref s_current)!, "not done after 10 s");
            Environment.Exit(1);
        });
        while (clock.GetElapsedTime(start) < time)
        {
            var input = Mutate(seeds, random);
            Volatile.Write(ref s_current, input);
            hang.Change(s_patience, Timeout.InfiniteTimeSpan);
            try
            {
                target(input);
            }
            catch (Exception e)
            {
                return Report(input, e.ToString());
            }

            // What a target keeps for good it has by then.
            if (++runs == WarmRuns) kept = GC.GetTotalMemory(forceFullCollection: true);
        }

        hang.Change(Timeout.Infinite, Timeout.Infinite);
        if (kept >= 0 && GC.GetTotalMemory(forceFullCollection: true) - kept is > MostGrowthBytes and var growth)
            return Report([], string.Create(CultureInfo.InvariantCulture, $"{growth} bytes more are held after {runs} runs than after {WarmRuns}"));

        Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{runs} runs of {seeds.Count} seeds, no crash, no hang, no growth.\n"));
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
