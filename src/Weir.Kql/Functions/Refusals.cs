using System.Collections.Frozen;

namespace Weir.Kql.Functions;

/// <summary>What Weir knows and does not support, and what to use instead.</summary>
internal static class Refusals
{
    private const string NoNetwork = "a query reads the flow log alone and reaches no network and no disk; fetch it outside and use datatable(…)";
    private const string NoCode = "a query runs no foreign code; export the rows with 'weir query --format json' and compute outside";
    private const string OneDatabase = "there is one cluster with one database here; write the table's name alone";
    private const string NoStore = "the store keeps no extents, cursors or principals; filter by TimeGenerated instead";

    private static readonly FrozenDictionary<string, string> _byName = Build();

    /// <summary>The same symbol, with its refusal when it has one.</summary>
    public static FunctionSymbol Mark(FunctionSymbol function) =>
        _byName.TryGetValue(function.Name, out var instead) ? function with { Refusal = instead }
        : function.Name.StartsWith("geo_", StringComparison.Ordinal) || function.Name.StartsWith("__geo_", StringComparison.Ordinal)
            ? function with { Refusal = "flows have addresses, not places; there are no geo functions" }
        : function.Name.StartsWith("__", StringComparison.Ordinal) ? function with { Refusal = "it is internal to Kusto" }
        : function;

    /// <summary>What to use instead of a function that is bound and has no SQL; empty where there is nothing to say.</summary>
    public static string Instead(string name) => name switch
    {
        "parse_user_agent" => "Take the parts with extract().",
        "hash_combine" or "hash_many" => "How Kusto combines hashes is not published; use hash(strcat(a, '|', b)).",
        "bin_auto" => "Begin with set query_bin_auto_size=1m; or give the width: bin(value, 1m).",
        "estimate_data_size" => "Use strlen(tostring(pack_all())).",
        "series_fit_poly" or "series_fit_2lines" or "series_fit_2lines_dynamic" => "series_fit_line() fits one line.",
        "series_fft" or "series_ifft" or "series_periods_detect" or "series_periods_validate" or "series_seasonal" or "series_decompose"
            or "series_decompose_forecast" or "series_decompose_anomalies" => "series_outliers() finds outliers; for seasons compare with the same time a week ago: join with an extended TimeGenerated + 7d.",
        "autocluster" or "basket" => "Use summarize count() by the columns, and top.",
        "rolling_percentile" => "Use summarize percentile(x, p) by bin(TimeGenerated, 1m).",
        "session_count" or "activity_counts_metrics" or "dcount_intersect" => "Use summarize dcount(x) by bin(TimeGenerated, 1h).",
        _ => "",
    };

    private static FrozenDictionary<string, string> Build()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string instead, params string[] names)
        {
            foreach (var name in names) all[name] = instead;
        }

        Add(NoNetwork, "http_request", "http_request_post", "sql_request", "mysql_request", "postgresql_request", "cosmosdb_sql_request", "dax_request",
            "azure_digital_twins_query_request", "external_table", "external_datatable", "infer_storage_schema", "infer_storage_schema_with_suggestions",
            "ai_embed_text", "ai_chat_completion", "ai_chat_completion_prompt", "ai_embeddings", "geo_info_from_ip_address", "execute_query");
        Add(NoCode, "python", "r", "csharp");
        Add(OneDatabase, "cluster", "materialized_view", "stored_query_result", "entity_group", "execute_show_command", "rowstore_ordinal_range");
        Add(NoStore, "cursor_after", "cursor_before_or_at", "cursor_current", "current_cursor", "extent_id", "extentid", "extent_tags", "current_node_id",
            "ingestion_time", "row_id", "current_principal", "current_principal_details", "current_principal_is_member_of", "current_cluster_endpoint", "estimate_rows_count");
        Add("there are no graphs here; join the table with itself", "graph", "all", "any", "map", "inner_nodes", "node_degree_in", "node_degree_out", "node_id", "labels");
        Add("look up by value with lookup, or parse the text with extract()", "geo_polygon_lookup", "geo_line_lookup");
        Add("count with summarize count() by … and compare", "diffpatterns", "funnel_sequence", "funnel_sequence_completion", "sequence_detect",
            "activity_engagement", "activity_metrics", "new_activity_metrics", "active_users_count", "sliding_window_counts", "rows_near", "identity", "identity_v3", "preview");
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
