using System.Globalization;
using System.Net;
using Weir.Traffic;

if (args is ["serve", var at])
{
    RequestResponse.Serve(IPEndPoint.Parse(at));
    return 0;
}

if (args is ["rr" or "crr", var server, var seconds])
{
    var duration = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
    var rate = args[0] == "rr"
        ? RequestResponse.MeasureOnOne(IPEndPoint.Parse(server), duration)
        : RequestResponse.MeasureOnMany(IPEndPoint.Parse(server), duration);
    Console.Out.WriteLine(rate.ToString("F0", CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["enforce", var bpffs, var node, var rules, .. var pods])
{
    Enforcement.Run(bpffs, node, int.Parse(rules, CultureInfo.InvariantCulture), pods);
    return 0;
}

if (args is ["pace", var length])
{
    await Pace.RunAsync(Console.Out, TimeSpan.FromSeconds(double.Parse(length, CultureInfo.InvariantCulture)));
    return 0;
}

Console.Error.WriteLine(
    "Usage: weir-traffic serve ADDRESS:PORT | rr ADDRESS:PORT SECONDS | crr ADDRESS:PORT SECONDS | enforce BPFFS NODE RULES INTERFACE=ADDRESS... | pace SECONDS. "
    + "The scripts of bench call it.");
return 2;
