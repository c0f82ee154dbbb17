namespace Weir.Kql.Functions;

/// <summary>Names of evaluate's plugins.</summary>
internal static class PluginNames
{
    public static readonly string[] All =
    [
        "active_users_count", "activity_counts_metrics", "activity_engagement", "activity_metrics", "azure_digital_twins_query_request", "autocluster",
        "bag_unpack", "basket", "cosmosdb_sql_request", "csharp", "dcount_intersect", "diffpatterns", "estimate_rows_count", "execute_show_command",
        "execute_query", "external_datatable", "funnel_sequence", "funnel_sequence_completion", "http_request", "http_request_post", "identity", "identity_v3",
        "infer_storage_schema", "infer_storage_schema_with_suggestions", "geo_polygon_lookup", "geo_line_lookup", "ipv4_lookup", "ipv6_lookup", "narrow",
        "new_activity_metrics", "pivot", "preview", "python", "r", "rolling_percentile", "rows_near", "session_count", "sequence_detect",
        "sliding_window_counts", "sql_request", "mysql_request", "postgresql_request", "dax_request", "ai_embed_text", "ai_chat_completion",
        "ai_chat_completion_prompt", "ai_embeddings",
    ];

    /// <summary>Signatures of those that are supported.</summary>
    public const string Table = """
        autocluster(any*): table
        basket(any*): table
        bag_unpack(dynamic, string?, string?, dynamic?): table
        pivot(any, any?, any*): table
        narrow(): table
        ipv4_lookup(any, string, string, any*): table
        ipv6_lookup(any, string, string, any*): table
        dcount_intersect(dynamic, dynamic+): table
        rolling_percentile(number, number, any, any, long, any*): table
        session_count(any, any, any, any, any, any, any*): table
        activity_counts_metrics(any, any, any, any, any, any*): table
        """;
}
