using System.Text.Json.Serialization;

namespace Weir.Lab.Guide;

/// <summary>How a step went; a line of the report.</summary>
/// <param name="Id">The step's short name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Command">What was run.</param>
/// <param name="Expected">What should be seen.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Pass">Whether both the output and the flow are as they should be.</param>
/// <param name="Flow">The flow that proves it, as <c>weir observe --print-policy-names</c> prints it; null where none was found or needed.</param>
public sealed record StepResult(string Id, string Title, string Command, string Expected, string Seen, bool Pass, string? Flow);

/// <summary>What <c>weir lab run --report FILE</c> writes.</summary>
/// <param name="Datapath"><c>ebpf</c> or <c>simulated</c>.</param>
/// <param name="Steps">The steps in their order.</param>
public sealed record LabReport(string Datapath, IReadOnlyList<StepResult> Steps);

/// <summary>The form of the report on disk.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LabReport))]
public sealed partial class LabReportJson : JsonSerializerContext;
