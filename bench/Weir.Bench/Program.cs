using System.Globalization;
using BenchmarkDotNet.Running;
using Weir.Bench;

if (args is ["apply", var folder, var pods, var edits])
    await ApplyLatency.RunAsync(folder, int.Parse(pods, CultureInfo.InvariantCulture), int.Parse(edits, CultureInfo.InvariantCulture));
else if (args is ["hubble", var flows])
    await HubbleSpeed.RunAsync(int.Parse(flows, CultureInfo.InvariantCulture));
else if (args is ["hubble-soak", var seconds, var rate, var readers])
    await HubbleSoak.RunAsync(int.Parse(seconds, CultureInfo.InvariantCulture), int.Parse(rate, CultureInfo.InvariantCulture), int.Parse(readers, CultureInfo.InvariantCulture));
else if (args is ["hubble-readers", var lasts, var perSecond, var count])
    await ReaderLoad.RunAsync(int.Parse(lasts, CultureInfo.InvariantCulture), int.Parse(perSecond, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
else if (args is ["hubble-readers-side", var at, var many])
    await ReaderLoad.ReadAsync(at, int.Parse(many, CultureInfo.InvariantCulture));
else if (args is ["hubble-relay", var time, var nodes, var each])
    await RelayLoad.RunAsync(int.Parse(time, CultureInfo.InvariantCulture), int.Parse(nodes, CultureInfo.InvariantCulture), int.Parse(each, CultureInfo.InvariantCulture));
else if (args is ["hubble-relay-nodes", var below, var served, var eachOne])
    await RelayLoad.ServeNodesAsync(below, int.Parse(served, CultureInfo.InvariantCulture), int.Parse(eachOne, CultureInfo.InvariantCulture));
else if (args is ["hubble-relay-side", var asked, var forSeconds, _])
    await RelayLoad.ReadAsync(asked, int.Parse(forSeconds, CultureInfo.InvariantCulture));
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
