namespace Weir.Kql.Functions;

/// <summary>Functions of the cluster: known, few supported. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class SystemFunctions
{
    public const string Table = """
        cluster(string): dynamic
        database(string?): dynamic
        table(string, string?): dynamic
        external_table(string, string?): dynamic | (string, timespan): dynamic
        materialized_view(string, timespan?): dynamic
        entity_group(string): dynamic
        stored_query_result(string): dynamic | (string, long): dynamic | (string, string): dynamic
        graph(string, string?): dynamic | (string, bool): dynamic
        around(any, any, any): bool
        all(any, bool): bool
        any(any+): =1
        map(any, any): dynamic
        inner_nodes(any): dynamic
        node_degree_in(any?): long
        node_degree_out(any?): long
        node_id(any?): string
        labels(any?): dynamic
        current_cluster_endpoint(): string
        current_database(): string
        current_principal(): string
        current_principal_details(): dynamic
        current_principal_is_member_of(string/dynamic{1,64}): bool
        extent_id(): guid
        extentid(): guid
        extent_tags(): dynamic
        current_node_id(): string
        ingestion_time(): datetime
        row_id(): string
        cursor_after(string): bool
        cursor_before_or_at(string): bool
        cursor_current(): string
        current_cursor(): string
        rowstore_ordinal_range(): dynamic
        estimate_data_size(any+): long | (any): long
        __invoke(literal string, literal type, any*): =typeof
        __cast(literal type, any): =typeof
        column_names_of(table): dynamic
        """;
}
