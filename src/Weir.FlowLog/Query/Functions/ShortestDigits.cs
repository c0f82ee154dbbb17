using System.Globalization;
using System.Numerics;

namespace Weir.FlowLog.Query.Functions;

/// <summary>
/// A double as the engine writes it: Florian Loitsch's Grisu2 ("Printing Floating-Point Numbers Quickly and Accurately with Integers",
/// 2010) without its last step: the digits read back but are not always the nearest ones, and 0.1 + 0.2 is 0.30000000000000007.
/// </summary>
internal static class ShortestDigits
{
    private const ulong Hidden = 1UL << 52;
    private static readonly (ulong Fraction, int Exponent)[] _powers = [.. Enumerable.Range(0, 87).Select(i => Power((i * 8) - 348))];

    /// <summary>The text of a finite number: with a point, or with an exponent where the number is very large or small.</summary>
    public static string Of(double value)
    {
        var sign = double.IsNegative(value) ? "-" : "";
        if (value == 0) return sign + "0.0";
        var (digits, exponent) = Digits(Math.Abs(value));
        return sign + Place(digits, exponent);
    }

    private static string Place(string digits, int exponent)
    {
        var point = digits.Length + exponent;
        if (exponent >= 0 && point <= 21) return digits + new string('0', exponent) + ".0";
        if (point is > 0 and <= 21) return $"{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0) return $"0.{new string('0', -point)}{digits}";
        var rest = digits.Length == 1 ? "" : "." + digits[1..];
        return $"{digits[0]}{rest}e{(point - 1).ToString(CultureInfo.InvariantCulture)}";
    }

    private static (string Digits, int Exponent) Digits(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var biased = (int)(bits >> 52) & 0x7ff;
        var fraction = bits & (Hidden - 1);
        var (f, e) = biased == 0 ? (fraction, -1074) : (fraction | Hidden, biased - 1075);
        var plus = Normalize((f << 1) + 1, e - 1);
        var lowerIsClose = biased > 1 && f == Hidden;
        var (minusF, minusE) = lowerIsClose ? ((f << 2) - 1, e - 2) : ((f << 1) - 1, e - 1);
        minusF <<= minusE - plus.E;

        var approximate = ((-61 - plus.E) * 0.30102999566398114) + 347;
        var k = (int)approximate;
        if (approximate - k > 0) k++;
        var index = (k >> 3) + 1;
        var power = _powers[index];
        var high = Multiply(plus.F, power.Fraction) - 1;
        var low = Multiply(minusF, power.Fraction) + 1;
        return Generate(high, high - low, plus.E + power.Exponent + 64, 348 - (index << 3));
    }

    private static (string, int) Generate(ulong high, ulong delta, int exponent, int k)
    {
        var shift = -exponent;
        var one = 1UL << shift;
        var whole = (uint)(high >> shift);
        var rest = high & (one - 1);
        var digits = new List<char>(17);
        var kappa = whole.ToString(CultureInfo.InvariantCulture).Length;
        while (kappa > 0)
        {
            var scale = (uint)Math.Pow(10, kappa - 1);
            var digit = whole / scale;
            whole %= scale;
            if (digit != 0 || digits.Count > 0) digits.Add((char)('0' + digit));
            kappa--;
            var left = ((ulong)whole << shift) + rest;
            if (left > delta) continue;
            return (new string([.. digits]), k + kappa);
        }

        while (true)
        {
            (rest, delta) = (rest * 10, delta * 10);
            var digit = (char)('0' + (int)(rest >> shift));
            if (digit != '0' || digits.Count > 0) digits.Add(digit);
            rest &= one - 1;
            kappa--;
            if (rest >= delta) continue;
            return (new string([.. digits]), k + kappa);
        }
    }

    private static (ulong F, int E) Normalize(ulong f, int e)
    {
        var shift = BitOperations.LeadingZeroCount(f);
        return (f << shift, e - shift);
    }

    private static ulong Multiply(ulong a, ulong b) => (ulong)((((UInt128)a * b) + (1UL << 63)) >> 64);

    // A power of ten as 64 bits and a binary exponent.
    private static (ulong, int) Power(int ten)
    {
        var power = BigInteger.Pow(10, Math.Abs(ten));
        var length = (int)power.GetBitLength();
        if (ten >= 0) return (Top(power << 128, length + 128), length - 64);
        var inverse = (BigInteger.One << (length + 192)) / power;
        var bits = (int)inverse.GetBitLength();
        return (Top(inverse, bits), bits - 64 - length - 192);
    }

    private static ulong Top(BigInteger value, int bits) => (ulong)((value + (BigInteger.One << (bits - 65))) >> (bits - 64));
}
