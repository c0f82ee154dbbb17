namespace Weir.Kql.Functions;

/// <summary>Functions of conditions, nulls, columns, and other rows. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class GeneralFunctions
{
    public const string Table = """
        base64_encode_tostring(string): string
        base64_decode_tostring(string): string
        iif(bool, any, any): =common
        iff(bool, any, any): =common
        caseblocks(bool+, any+, any): =common
        assert(bool, string): bool
        not(bool): bool
        notnull(any): bool
        isnotnull(any): bool
        isnull(any): bool
        notempty(any): bool
        isnotempty(any): bool
        isempty(any): bool
        iscolumnexists(const string): bool
        first columnifexists(const string, any): =2
        first column_ifexists(const string, any): =2
        coalesce(any{2,64}): =common
        row_number(long?, bool?): long
        row_cumsum(number, bool?): =1
        row_rank(nodynamic, const bool?): long
        row_rank_min(any, bool?): long
        row_rank_dense(any, bool?): long
        row_window_session(datetime, timespan, timespan, bool?): =1
        prev(any, long?, const any?): =1
        next(any, long?, const any?): =1
        new_guid(): guid
        first tostring(any): string
        gettype(any): string
        """;
}
