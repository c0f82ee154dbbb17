using System.Text;
using System.Text.Json;

namespace Weir.Policy.Testing;

/// <summary>Answers cases one after the other, and compiles a world once for neighbours that share it.</summary>
public sealed class CaseBatch
{
    private static readonly string[] WorldFields = ["config", "policies", "endpoints", "cidrGroups", "services", "dns"];

    private CaseEngine? _engine;
    private string _world = "";

    /// <summary>What becomes of a case's flow.</summary>
    /// <exception cref="FormatException">The case is malformed.</exception>
    /// <exception cref="ArgumentException">The flow names an endpoint that the case does not have.</exception>
    public CaseAnswer Ask(JsonElement row)
    {
        var world = new StringBuilder();
        foreach (var name in WorldFields)
        {
            if (row.TryGetProperty(name, out var value)) world.Append(value.GetRawText());
            world.Append('\0');
        }

        foreach (var address in CaseReader.ApiServersOf(row)) world.Append(address.ToString());
        var key = world.ToString();
        if (_engine is null || key != _world) (_engine, _world) = (new CaseEngine(CaseReader.ReadWorld(row)), key);
        return _engine.Ask(CaseReader.ReadFlow(row));
    }
}
