using System.Globalization;
using BenchmarkDotNet.Running;
using Weir.Bench;

if (args is ["apply", var folder, var pods, var edits])
    await ApplyLatency.RunAsync(folder, int.Parse(pods, CultureInfo.InvariantCulture), int.Parse(edits, CultureInfo.InvariantCulture));
else if (args is ["list"])
    await ListLatency.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
