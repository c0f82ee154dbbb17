namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of arrays and bags. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class DynamicSql
{
    public const string Table = """
        parse_json j d {0}
        parsejson j d {0}
        todynamic j d {0}
        toobject j d {0}
        dynamic_to_json d s
        array_length d l (CASE WHEN json_type({0}) = 'ARRAY' THEN json_array_length({0})::BIGINT END)
        arraylength = array_length
        array_concat d* d
        array_iff ddd d
        array_iif = array_iff
        array_index_of ddl?l?l? l
        array_reverse d d
        array_rotate_left dl d
        array_rotate_right dl d
        array_shift_left dld? d
        array_shift_right dld? d
        array_slice dll d
        array_split dd d
        array_sum d r
        bag_has_key ds b
        bag_keys d d
        bag_merge d* d
        bag_remove_keys dd d
        bag_set_key dsd d
        bag_zip dd d
        pack_array d* d
        zip d* d
        repeat dl d
        treepath d d
        set_has_element dd b
        set_union d* d
        set_intersect d* d
        set_difference d* d
        set_equals dd b
        jaccard_index dd r
        dcount_hll d l coalesce(json_array_length({0})::BIGINT, 0)
        hll_merge d* d k_set_union({*})
        hll_isvalid dv? b coalesce(json_type({0}) = 'ARRAY', FALSE)
        tdigest_isvalid = hll_isvalid
        tdigest_merge d* d k_array_concat({*})
        merge_tdigest = tdigest_merge
        percentile_tdigest drn? d k_percentile_tdigest({0}, {1})
        percentiles_array_tdigest dd* d
        rank_tdigest dd l
        percentrank_tdigest dd r
        """;
}
