using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.FlowLog.Query;
using Weir.Hub.Server;
using Weir.Kql.Catalog;
using Weir.Kql.Types;

namespace Weir.Hub.Kusto;

/// <summary>The management commands that clients send to find their way: all of them only show.</summary>
/// <remarks>Columns: Microsoft Learn, "Management commands", each command's own page.</remarks>
/// <param name="version">The hub's version.</param>
/// <param name="started">When it started.</param>
internal sealed partial class ShowCommands(string version, DateTimeOffset started)
{
    private const string Folder = "";
    private const string Doc = "Flows that ContainerNetworkLogs chose";
    private static readonly string _database = QueryEngine.Catalog.Database;

    private static IEnumerable<TableSymbol> All => QueryEngine.Catalog.Tables;

    /// <summary>Whether a text is a command and no query.</summary>
    public static bool IsCommand(string text) => text.TrimStart().StartsWith('.');

    /// <summary>The command and what it is piped into; empty when it is not.</summary>
    public static (string Command, string Piped) Split(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? (text.Trim(), "") : (text[..bar].Trim(), text[bar..]);
    }

    /// <summary>Answers a command.</summary>
    /// <exception cref="BadRequestException">It is none of those that are served.</exception>
    public QueryTable Answer(string command)
    {
        var words = Spaces().Replace(command.Trim().TrimEnd(';'), " ");
        var plain = With().Replace(words, "").Trim().ToLowerInvariant();
        if (Schema(words, plain) is { } schema) return schema;
        return plain switch
        {
            ".show version" => CommandTable.Of(
                "BuildVersion BuildTime:datetime ServiceType ProductVersion ServiceOffering",
                [[version, started.UtcTicks, "Engine", "Weir " + version, "{\"Type\":\"Weir\"}"]]),
            ".show databases" or ".show database" => DatabaseList,
            ".show databases entities" or ".show database entities" => Entities,
            ".show databases details" or ".show database details" => DatabaseList,
            ".show tables" => CommandTable.Of("TableName DatabaseName Folder DocString", All.Select(t => new object?[] { t.Name, _database, Folder, Doc })),
            ".show tables details" => CommandTable.Of(
                "TableName DatabaseName Folder DocString TotalExtents:long TotalExtentSize:real TotalOriginalSize:real TotalRowCount:long",
                All.Select(t => new object?[] { t.Name, _database, Folder, Doc, null, null, null, null })),
            ".show functions" => CommandTable.Of("Name Parameters Body Folder DocString", []),
            ".show materialized-views" => CommandTable.Of(
                "Name SourceTable Query MaterializedTo:datetime LastRun:datetime LastRunResult IsHealthy:bool IsEnabled:bool Folder DocString AutoUpdateSchema:bool EffectiveDateTime:datetime Lookback:timespan LookbackColumn",
                []),
            ".show external tables" => CommandTable.Of("TableName TableType Folder DocString Properties ConnectionStrings Partitions PathFormat", []),
            ".show cluster" => CommandTable.Of(
                "NodeId Address Name StartTime:datetime IsAdmin:bool MachineTotalMemory:long MachineAvailableMemory:long ProcessorCount:int EnvironmentDescription",
                [["weir", "", "weir", started.UtcTicks, true, null, null, Environment.ProcessorCount, ""]]),
            _ => throw new BadRequestException(
                $"'{command}' is not served: this cluster is read-only and answers .show version, databases, database, tables, table, functions, materialized-views, external tables, cluster.")
            { Code = "BadRequest_CommandNotSupported" },
        };
    }

    private static QueryTable DatabaseList => CommandTable.Of(
        "DatabaseName PersistentStorage Version IsCurrent:bool DatabaseAccessMode PrettyName ReservedSlot1:bool DatabaseId:guid InTransitionTo SuspensionState",
        [[_database, "", "v1.0", false, "ReadOnly", null, null, "00000000-0000-0000-0000-000000000001", "", ""]]);

    private static QueryTable Entities => CommandTable.Of(
        "DatabaseName EntityType EntityName DocString Folder CslInputSchema Content CslOutputSchema Properties:dynamic",
        All.Select(t => new object?[] { _database, "Table", t.Name, Doc, Folder, "", "", Csl(t, ", "), "{}" }));

    private static QueryTable? Schema(string words, string plain)
    {
        if (Database().Match(plain) is { Success: true } database)
        {
            if (database.Groups["name"].Value.Trim('(', ')', '[', ']', '\'', '"') is { Length: > 0 } name && name != _database)
                throw new BadRequestException($"Entity ID '{name}' of kind 'Database' was not found; this cluster has one, '{_database}'.") { Code = "BadRequest_EntityNotFound" };
            return database.Groups["form"].Value switch
            {
                "" => CommandTable.Of(
                    "DatabaseName TableName ColumnName ColumnType IsDefaultTable:bool IsDefaultColumn:bool PrettyName Version Folder DocString",
                    [
                        [_database, "", "", "", false, false, "", "v1.0", "", ""],
                        .. All.Select(t => new object?[] { _database, t.Name, "", "", false, false, "", "", Folder, Doc }),
                        .. All.SelectMany(t => t.Columns.Select(c => new object?[] { _database, t.Name, c.Name, c.Type.ClrName(), false, false, "", "", "", "" })),
                    ]),
                _ => CommandTable.Of("DatabaseSchema", [[DatabaseJson()]]),
            };
        }

        if (TableSchema().Match(words) is not { Success: true } match) return null;
        var wanted = match.Groups["name"].Value.Trim('[', ']', '\'', '"');
        var table = QueryEngine.Catalog.Find(wanted) ?? throw new BadRequestException($"Entity ID '{wanted}' of kind 'Table' was not found.") { Code = "BadRequest_EntityNotFound" };
        return match.Groups["form"].Value.ToLowerInvariant() switch
        {
            "cslschema" => CommandTable.Of("TableName Schema DatabaseName Folder DocString", [[table.Name, Csl(table, ","), _database, Folder, Doc]]),
            "" => CommandTable.Of("AttributeName AttributeType:string", table.Columns.Select(c => new object?[] { c.Name, c.Type.ClrName() })),
            _ => CommandTable.Of("TableName Schema DatabaseName Folder DocString", [[table.Name, TableJson(table), _database, Folder, Doc]]),
        };
    }

    private static string Csl(TableSymbol table, string between) => string.Join(between, table.Columns.Select(c => $"{c.Name}:{c.Type.Name()}"));

    private static string DatabaseJson() => Text(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("Databases");
        json.WriteStartObject(_database);
        json.WriteString("Name", _database);
        json.WriteStartObject("Tables");
        foreach (var table in All)
        {
            json.WritePropertyName(table.Name);
            Table(json, table);
        }

        json.WriteEndObject();
        foreach (var none in (string[])["ExternalTables", "MaterializedViews", "EntityGroups", "Functions"])
        {
            json.WriteStartObject(none);
            json.WriteEndObject();
        }

        json.WriteNumber("MajorVersion", 1);
        json.WriteNumber("MinorVersion", 0);
        json.WriteString("DatabaseAccessMode", "ReadOnly");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string TableJson(TableSymbol table) => Text(json => Table(json, table));

    private static void Table(Utf8JsonWriter json, TableSymbol table)
    {
        json.WriteStartObject();
        json.WriteString("Name", table.Name);
        json.WriteString("Folder", Folder);
        json.WriteString("DocString", Doc);
        json.WriteStartArray("OrderedColumns");
        foreach (var (name, type) in table.Columns)
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Type", type.ClrName());
            json.WriteString("CslType", type.Name());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(Action<Utf8JsonWriter> body) => System.Text.Encoding.UTF8.GetString(JsonAnswer.Bytes(body).Span);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\swith\s?\(.*\)$", RegexOptions.IgnoreCase)]
    private static partial Regex With();

    [GeneratedRegex(@"^\.show (databases|database) ?(?<name>\(?\[?['""]?[\w.-]*['""]?\]?\)?) ?schema ?(?<form>as json|as csl)?$")]
    private static partial Regex Database();

    [GeneratedRegex(@"^\.show table (?<name>\S+) ?(?<form>cslschema|schema as json|schema as csl)?$", RegexOptions.IgnoreCase)]
    private static partial Regex TableSchema();
}
