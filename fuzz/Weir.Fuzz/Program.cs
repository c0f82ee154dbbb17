using System.Globalization;
using Weir.Fuzz;

// One target a parser: the bytes of a file are the whole input, and a crash file replays with 'Weir.Fuzz NAME FILE'.
Dictionary<string, Action<byte[]>> targets = new(StringComparer.Ordinal)
{
    ["policy"] = PolicyTarget.Run,
    ["kql"] = KqlTarget.Run,
    ["dns"] = DnsTarget.Run,
};

if (args.Length < 2 || !targets.TryGetValue(args[0], out var target))
{
    await Console.Error.WriteLineAsync($"Weir.Fuzz TARGET FILE...           replays files\nWeir.Fuzz TARGET SECONDS FOLDER    mutates the files of a folder for that long\nTargets: {string.Join(", ", targets.Keys)}.");
    return 2;
}

if (args.Length == 3 && int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && Directory.Exists(args[2]))
    return Mutator.Run(target, args[2], TimeSpan.FromSeconds(seconds), TimeProvider.System);

foreach (var file in args.Skip(1)) target(await File.ReadAllBytesAsync(file));
await Console.Out.WriteLineAsync($"{args.Length - 1} files replayed.");
return 0;
