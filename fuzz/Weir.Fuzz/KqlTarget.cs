using System.Text;
using Weir.Kql;
using Weir.Kql.Catalog;
using Weir.Kql.Types;

namespace Weir.Fuzz;

/// <summary>The lexer, the parser and the binder: whatever the text, none may throw or hang, and every place lies in the text.</summary>
internal static class KqlTarget
{
    private static readonly KqlCatalog Flows = new(
        "weir",
        [
            new("ContainerNetworkLogs",
            [
                ("TimeGenerated", KqlType.DateTime), ("UUID", KqlType.String), ("Verdict", KqlType.String), ("IP", KqlType.Dynamic), ("Layer4", KqlType.Dynamic),
                ("SourceNamespace", KqlType.String), ("SourceIdentity", KqlType.Int), ("Reply", KqlType.Bool), ("IngressFlowCount", KqlType.Int), ("_BilledSize", KqlType.Real),
            ]),
        ]);

    public static void Run(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var compiled = KqlCompiler.Compile(text, Flows);
        if (compiled.Query is null && compiled.Diagnostics.IsEmpty) throw new InvalidOperationException("no plan, and nothing wrong");
        foreach (var diagnostic in compiled.Diagnostics)
        {
            if (diagnostic.Start < 0 || diagnostic.Length < 0 || diagnostic.Start + diagnostic.Length > text.Length)
                throw new InvalidOperationException($"{diagnostic} lies outside of the text");
        }
    }
}
