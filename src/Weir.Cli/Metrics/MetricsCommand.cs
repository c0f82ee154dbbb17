using System.CommandLine;

namespace Weir.Cli.Metrics;

/// <summary><c>weir metrics</c>.</summary>
internal static class MetricsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("metrics", "Look at what is measured") { new EstimateCommand().Make() };
}
