using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Weir.Observe.Printing;

/// <summary>Protobuf's JSON exactly as Hubble's clients write it: names of the .proto files, fields in their order there, no spaces.</summary>
/// <remarks>Google.Protobuf's own formatter orders fields by number, which is another order for <c>flow.Flow</c>.</remarks>
public static class HubbleJson
{
    /// <summary>The message as one line.</summary>
    public static string Of(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var json = new StringBuilder(1024);
        Write(json, message);
        return json.ToString();
    }

    /// <summary>An enum value's name; its number where it has none.</summary>
    internal static string NameOf(EnumDescriptor type, int number) =>
        type.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture);

    private static void Write(StringBuilder json, IMessage message)
    {
        switch (message)
        {
            case Timestamp time:
                json.Append('"').Append(TimeOf(time)).Append('"');
                return;
            case FieldMask mask:
                Text(json, string.Join(',', mask.Paths));
                return;
            case Any:
                json.Append("{}"); // nobody here knows what is in it
                return;
        }

        if (message.Descriptor.File == WrappersReflection.Descriptor)
        {
            var value = message.Descriptor.FindFieldByNumber(1);
            Value(json, value, value.Accessor.GetValue(message));
            return;
        }

        json.Append('{');
        var isFirst = true;
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (IsDefault(field, message, value)) continue;
            if (!isFirst) json.Append(',');
            isFirst = false;
            Text(json, field.Name);
            json.Append(':');
            if (field.IsRepeated) List(json, field, (IList)value);
            else Value(json, field, value);
        }

        json.Append('}');
    }

    private static bool IsDefault(FieldDescriptor field, IMessage message, object? value)
    {
        if (field.IsRepeated) return ((IList)value!).Count == 0;
        if (field.RealContainingOneof is { } oneof) return oneof.Accessor.GetCaseFieldDescriptor(message) != field;
        if (field.FieldType == FieldType.Message) return value is null; // a wrapped zero is there
        return value switch
        {
            null => true,
            string text => text.Length == 0,
            bool flag => !flag,
            uint number => number == 0,
            int number => number == 0,
            ulong number => number == 0,
            long number => number == 0,
            double number => number == 0,
            System.Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture) == 0,
            _ => false,
        };
    }

    private static void List(StringBuilder json, FieldDescriptor field, IList values)
    {
        json.Append('[');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) json.Append(',');
            Value(json, field, values[i]);
        }

        json.Append(']');
    }

    private static void Value(StringBuilder json, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case IMessage message:
                Write(json, message);
                break;
            case string text:
                Text(json, text);
                break;
            case bool flag:
                json.Append(flag ? "true" : "false");
                break;
            case ulong or long:
                json.Append('"').Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append('"');
                break;
            case System.Enum number:
                Text(json, NameOf(field.EnumType, Convert.ToInt32(number, CultureInfo.InvariantCulture)));
                break;
            default:
                // Wrapped numbers come as what they wrap.
                json.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void Text(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    // Nine, six, three digits behind the second, or none.
    private static string TimeOf(Timestamp time)
    {
        var at = DateTime.UnixEpoch.AddSeconds(time.Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var digits = time.Nanos.ToString("000000000", CultureInfo.InvariantCulture);
        if (digits.EndsWith("000", StringComparison.Ordinal)) digits = digits[..^3];
        if (digits.EndsWith("000", StringComparison.Ordinal)) digits = digits[..^3];
        return digits == "000" ? at + "Z" : $"{at}.{digits}Z";
    }
}
