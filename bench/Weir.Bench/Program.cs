using System.Globalization;
using BenchmarkDotNet.Running;
using Weir.Bench;

if (args is ["apply", var folder, var pods, var edits])
    await ApplyLatency.RunAsync(folder, int.Parse(pods, CultureInfo.InvariantCulture), int.Parse(edits, CultureInfo.InvariantCulture));
else if (args is ["hubble", var flows])
    await HubbleSpeed.RunAsync(int.Parse(flows, CultureInfo.InvariantCulture));
else if (args is ["hubble-soak", var seconds, var rate, var readers])
    await HubbleSoak.RunAsync(int.Parse(seconds, CultureInfo.InvariantCulture), int.Parse(rate, CultureInfo.InvariantCulture), int.Parse(readers, CultureInfo.InvariantCulture));
else if (args is ["flowlog", _, ..])
    await FlowLogSpeed.RunAsync([.. args.Skip(1).Select(rows => int.Parse(rows, CultureInfo.InvariantCulture))]);
else if (args is ["names", var most])
    await NameSpeed.RunAsync(int.Parse(most, CultureInfo.InvariantCulture));
else if (args is ["scrape", var series])
    await ScrapeSpeed.RunAsync(int.Parse(series, CultureInfo.InvariantCulture));
else if (args is ["list"])
    await ListLatency.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
