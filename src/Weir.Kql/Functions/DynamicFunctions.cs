namespace Weir.Kql.Functions;

/// <summary>Functions of arrays, bags and sketches. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class DynamicFunctions
{
    public const string Table = """
        array_strcat(dynamic, any): string
        has_any_index(string/dynamic, dynamic): long
        first todynamic(string): dynamic
        first toobject(string): dynamic
        __lz4_compress_dynamic_array_to_base64_string(dynamic): string
        first parse_csv(string/dynamic): dynamic
        first parsejson(string/dynamic): dynamic
        first parse_json(string/dynamic): dynamic
        first parse_xml(string/dynamic): dynamic
        as tree treepath(dynamic): dynamic
        as repeat repeat(any, long): dynamic
        arraylength(dynamic): long
        array_length(dynamic): long
        array_reverse(dynamic): =1
        range(summable, summable, summable?): dynamic
        array_concat(dynamic{1,64}): dynamic
        array_iff(dynamic, any, any): dynamic
        array_iif(dynamic, any, any): dynamic
        array_index_of(dynamic, any, integer?, integer?, const integer?): long
        set_has_element(dynamic, any): bool
        array_slice(dynamic, integer, integer): =1
        array_split(dynamic, integer): =1 | (dynamic, dynamic): =1
        array_shift_left(dynamic, integer, any?): =1
        array_shift_right(dynamic, integer, any?): =1
        array_rotate_left(dynamic, integer): =1
        array_rotate_right(dynamic, integer): =1
        array_sort_asc(any+): dynamic
        array_sort_desc(any+): dynamic
        bag_keys(dynamic): dynamic
        zip(dynamic{2,64}): dynamic
        packblocks(string+, any+): dynamic
        pack_dictionaryblocks(string+, any+): dynamic
        bag_packblocks(string+, any+): dynamic
        bag_pack_columns(any+): dynamic
        pack_all(literal any?): dynamic
        pack_array(any+): dynamic | (any): dynamic
        set_union(dynamic{2,64}): dynamic
        set_intersect(dynamic{2,64}): dynamic
        set_difference(dynamic{2,64}): dynamic
        set_equals(dynamic, dynamic): bool
        bag_merge(dynamic{2,64}): dynamic
        dynamic_to_json(any): string
        bag_remove_keys(dynamic, dynamic): dynamic
        bag_zip(dynamic, dynamic): dynamic
        jaccard_index(dynamic{2,2}): dynamic
        bag_has_key(dynamic, string): bool
        bag_set_key(dynamic, const string, any): dynamic
        as percentile_tdigest percentile_tdigest(dynamic, real): dynamic | (dynamic, real, literal type): =typeof
        as percentile_tdigest percentiles_array_tdigest(dynamic, real+): dynamic | (dynamic, dynamic): dynamic
        percentrank_tdigest(dynamic, any): real
        rank_tdigest(dynamic, any): real
        tdigest_isvalid(dynamic, any): bool
        hll_isvalid(dynamic, any): bool
        tdigest_merge(dynamic{2,16}): dynamic
        merge_tdigest(dynamic{2,16}): dynamic
        hll_merge(dynamic{2,16}): dynamic
        as dcount_hll dcount_hll(dynamic): long
        first __hll_normalize(dynamic{2,16}): dynamic
        array_sum(dynamic): real
        """;
}
