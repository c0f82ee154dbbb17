namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of text. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class TextSql
{
    public const string Table = """
        strcat s* s concat({*})
        strcat_delim ss* s concat_ws({*})
        strcat_array ds s
        array_strcat = strcat_array
        strcmp ss l (CASE WHEN {0} = {1} THEN 0 WHEN {0} < {1} THEN -1 ELSE 1 END)::BIGINT
        strrep sls? s
        strlen s l length({0})
        string_size s l strlen({0})
        toupper s s upper({0})
        tolower s s lower({0})
        to_utf8 s d
        unicode_codepoints_from_string s d
        unicode_codepoints_to_string d* s
        make_string = unicode_codepoints_to_string
        substring sll? s
        indexof ssl?l?l? l
        indexof_regex ssl?l?l? l
        has_any_index sd l
        reverse s s
        split ssl? d
        parse_command_line ss d
        extract sls s k_extract({0}, {1}, {2})
        extract slsn s k_extract({0}, {1}, {2})
        extract_all ss d
        extract_all sds d
        extractall = extract_all
        extract_json ss s
        extract_json ssn s k_extract_json({0}, {1})
        extractjson = extract_json
        replace sss s k_replace_regex({2}, {0}, {1})
        replace_regex sss s
        replace_string sss s replace({0}, {1}, {2})
        replace_strings sdd s
        trim ss s
        trim_start ss s
        trim_end ss s
        countof sss? l
        translate sss s
        tohex ll? s
        regex_quote s s
        isascii s b
        isutf8 s b
        url_encode s s
        url_encode_component s s
        url_decode s s
        base64_encode_tostring s s
        base64_encodestring = base64_encode_tostring
        base64_decode_tostring s s
        base64_decodestring = base64_decode_tostring
        base64_decode_toarray s d
        base64_encode_fromarray d s
        base64_decode_toguid s g
        base64_encode_fromguid s s
        gzip_decompress_from_base64_string s s
        gzip_compress_to_base64_string s s
        zlib_decompress_from_base64_string s s
        zlib_compress_to_base64_string s s
        parse_csv s d
        parse_path s d
        parse_version s m
        parse_url s d
        parseurl = parse_url
        parse_urlquery s d
        parseurlquery = parse_urlquery
        parse_xml s d
        punycode_from_string s s
        punycode_to_string s s
        punycode_domain_from_string s s
        punycode_domain_to_string s s
        format_bytes rl?s? s
        hash v l
        hash vl l
        hash_xxhash64 = hash
        hash_sha256 s s
        hash_sha1 s s
        hash_md5 s s
        hash_combine l* l
        hash_many v* l
        """;
}
