using Google.Protobuf;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>One response a line, in protobuf's JSON with the names of the .proto files, as <c>hubble observe -o json</c>.</summary>
internal sealed class JsonWriter(TextWriter output) : IFlowWriter
{
    private static readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public Task WriteAsync(GetFlowsResponse response) => output.WriteLineAsync(_formatter.Format(response));
}
