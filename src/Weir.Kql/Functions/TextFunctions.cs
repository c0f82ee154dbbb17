namespace Weir.Kql.Functions;

/// <summary>Functions of text. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class TextFunctions
{
    public const string Table = """
        strcat(any{1,64}): string
        strcat_array(dynamic, any): string
        strcat_delim(any, any{2,64}): string
        strcmp(any, any): long
        strrep(any, long, any?): string
        as strlen strlen(string/dynamic): long
        as string_size string_size(string/dynamic): long
        toupper(any): string
        tolower(any): string
        to_utf8(any): dynamic
        unicode_codepoints_from_string(any): dynamic
        substring(any, integer, integer?): string
        regex_quote(any): string
        indexof(any, any, integer?, integer?, const integer?): long
        indexof_regex(any, const any, integer?, integer?, const integer?): long
        reverse(any): string
        first split(any, string, integer?): dynamic
        parse_command_line(any, string): dynamic
        extract(const string, long, string): string | (const string, long, string, literal type): =typeof
        extractall(const string, string): dynamic | (const string, dynamic, string): dynamic
        extract_all(const string, string): dynamic | (const string, dynamic, string): dynamic
        extractjson(const string, string): string | (const string, string, literal type): =typeof
        extract_json(const string, string): string | (const string, string, literal type): =typeof
        replace(const string, const string, string): string
        replace_regex(string, const string, const string): string
        replace_string(string, string, string): string
        replace_strings(string, dynamic, dynamic): string
        trim_start(const string, string): string
        trim_end(const string, string): string
        trim(const string, string): string
        countof(string, string, literal string?): long
        translate(string, string, string): string
        make_string(integer/dynamic+): string
        unicode_codepoints_to_string(integer/dynamic+): string
        base64_encodestring(string): string
        base64_decodestring(string): string
        base64_decode_toarray(string): dynamic
        base64_decode_toguid(string): guid
        base64_encode_fromguid(guid): string
        base64_encode_fromarray(dynamic): string
        zlib_decompress_from_base64_string(string): string
        zlib_compress_to_base64_string(string): string
        gzip_decompress_from_base64_string(string): string
        gzip_compress_to_base64_string(string): string
        parse_path(string): dynamic
        parse_version(string): decimal
        isascii(any): bool
        isutf8(any): bool
        """;
}
