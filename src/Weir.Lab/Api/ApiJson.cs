using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weir.Lab.Api;

/// <summary>How documents are written: compact, and without escapes that only HTML needs.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
