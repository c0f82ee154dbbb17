namespace Weir.Kql.Functions;

/// <summary>Aggregates. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class AggregateFunctions
{
    public const string Table = """
        as sum sum(summable): =promoted
        as sumif sumif(summable, bool): =promoted
        as cnt cnt(): long
        as count count(): long | (bool): long
        as countif countif(bool): long
        as dcount dcount(any, nodynamic?): long
        as dcountif dcountif(any, bool, nodynamic?): long
        as tdigest tdigest(summable, integer?): dynamic
        as merge_tdigests tdigest_merge(dynamic): dynamic
        as merge_tdigests merge_tdigest(dynamic): dynamic
        as hll hll(any, integer?): dynamic
        as hll_if hll_if(any, bool, integer?): dynamic
        as hll_merge hll_merge(dynamic): dynamic
        as min min(orderable): =1
        as minif minif(orderable, bool): =1
        as max max(orderable): =1
        as maxif maxif(orderable, bool): =1
        as avg avg(integer): real | (real): real | (decimal): decimal | (timespan): timespan | (datetime): datetime
        as avgif avgif(integer, bool): real | (real, bool): real | (decimal, bool): decimal | (timespan, bool): timespan | (datetime, bool): datetime
        as list makelist(any, integer?): dynamic
        as list make_list(any, integer?): dynamic
        as list make_list_if(any, bool, integer?): dynamic
        as list make_list_with_nulls(any): dynamic
        as set makeset(any, integer?): dynamic
        as set make_set(any, integer?): dynamic
        as set make_set_if(any, bool, integer?): dynamic
        first passthrough(any): =1
        as dictionary make_dictionary(dynamic, integer?): dynamic
        as bag make_bag(dynamic, integer?): dynamic
        as bag make_bag_if(dynamic, bool, integer?): dynamic
        as schema buildschema(dynamic): dynamic
        first binary_all_or(summable): =1
        first binary_all_and(summable): =1
        first binary_all_xor(summable): =1
        as count_distinct count_distinct(nodynamic): long
        as count_distinctif count_distinctif(nodynamic, bool): long
        percentile(any, number): =percentile
        percentiles(any, number+): =percentile
        as percentiles percentiles_array(any, number+): dynamic | (any, dynamic): dynamic
        percentilew(any, integer, number): =percentile
        percentilesw(any, integer, number+): =percentile
        as percentiles percentilesw_array(any, integer, number+): dynamic | (any, integer, dynamic): dynamic
        as stdev stdev(summable): real
        as stdevif stdevif(summable, bool): real
        as stdevp stdevp(summable): real
        as variance variance(summable): real
        as varianceif varianceif(summable, bool): real
        as variancep variancep(summable): real
        as variancepif variancepif(summable, bool): real
        as covariance covariance(summable, summable): real
        as covarianceif covarianceif(summable, summable, bool): real
        as covariancep covariancep(summable, summable): real
        as covariancepif covariancepif(summable, summable, bool): real
        any(any+): =1
        take_any(any+): =1
        as anyif anyif(any, bool): =1
        first take_anyif(any, bool): =1
        arg_min(orderable, any*): dynamic
        arg_max(orderable, any*): dynamic
        argmin(orderable, any*): dynamic
        argmax(orderable, any*): dynamic
        """;
}
