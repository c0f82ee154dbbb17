namespace Weir.Kql.Functions;

/// <summary>Functions of numbers, bits and hashes. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class NumberFunctions
{
    public const string Table = """
        first tohex(integer, integer?): string
        first tolong(any): long
        first toint(any): int
        first toreal(any): real
        first todouble(any): real
        first tobool(any): bool
        first toboolean(any): bool
        first todecimal(any): decimal
        first toguid(string/dynamic): guid
        __hash_crc32(nodynamic, integer, integer): long
        __hash_many_crc32(any{1,2}): long
        __hash_djb2(nodynamic, integer?): long
        __hash_xxh64(nodynamic, integer, integer): long
        hash(nodynamic, integer?): long
        hash_xxhash64(nodynamic, integer?): long
        hash_sha256(nodynamic): string
        hash_md5(nodynamic): string
        hash_sha1(nodynamic): string
        hash_combine(any{2,999}): long
        hash_many(nodynamic+): long
        first bin(number, number): =widest | (timespan, timespan): timespan | (datetime, datetime): datetime | (datetime, timespan): datetime
        first floor(number, number): =widest | (timespan, timespan): timespan | (datetime, datetime): datetime | (datetime, timespan): datetime
        first bin_at(number, number, number): =widest | (timespan, number, timespan): timespan | (timespan, timespan, timespan): timespan | (datetime, summable, datetime): datetime
        first bin_auto(summable): =1
        first binary_and(integer, integer): long
        first binary_or(integer, integer): long
        first binary_xor(integer, integer): long
        first binary_not(integer): long
        first binary_shift_right(integer, integer): long
        first binary_shift_left(integer, integer): long
        first bitset_count_ones(integer): long
        first round(number, const long?): =1
        first ceiling(number): =1
        first pow(number, number): real
        first sqrt(number): real
        first log(number): real
        first log2(number): real
        first log10(number): real
        first exp(number): real
        first exp2(number): real
        first exp10(number): real
        pi(): real
        first cos(number): real
        first sin(number): real
        first tan(number): real
        first acos(number): real
        first asin(number): real
        first atan(number): real
        first atan2(number, number): real
        first abs(integer): long | (number): =1 | (timespan): timespan
        cot(number): real
        degrees(number): real
        radians(number): real
        sign(number): real
        first rand(integer?): real
        beta_cdf(number, number, number): real
        beta_inv(number, number, number): real
        beta_pdf(number, number, number): real
        first gamma(number): real
        first loggamma(number): real
        first erf(number): real
        first erfc(number): real
        isnan(real): bool
        isinf(real): bool
        isfinite(real): bool
        max_of(nodynamic{2,64}): =common
        min_of(nodynamic{2,64}): =common
        welch_test(number, number, number, number, number, number): real
        first format_bytes(number, const number?, const string?): string
        convert_angle(number, string, string): real
        convert_energy(number, string, string): real
        convert_force(number, string, string): real
        convert_length(number, string, string): real
        convert_mass(number, string, string): real
        convert_speed(number, string, string): real
        convert_temperature(number, string, string): real
        convert_volume(number, string, string): real
        """;
}
