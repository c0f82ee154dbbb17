using System.Globalization;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Units of measure for the convert_ functions, and sizes in bytes.</summary>
internal static class Units
{
    private static readonly Dictionary<string, Dictionary<string, double>> _scales = new(StringComparer.Ordinal)
    {
        ["angle"] = Scale("Radian 1 Arcminute 0.000290888208665721596 Arcsecond 0.00000484813681109535993 Centiradian 0.01 Deciradian 0.1 Degree 0.0174532925199432957 Gradian 0.0157079632679489662 Microdegree 1.74532925199432957e-8 Microradian 1e-6 Millidegree 1.74532925199432957e-5 Milliradian 0.001 Nanodegree 1.74532925199432957e-11 Nanoradian 1e-9 NatoMil 0.000981747704246810387 Revolution 6.28318530717958648 Tilt 0.0174532925199432957"),
        ["force"] = Scale("Newton 1 Decanewton 10 Dyn 1e-5 KilogramForce 9.80665 Kilonewton 1000 KiloPond 9.80665 KilopoundForce 4448.2216152605 Meganewton 1e6 Micronewton 1e-6 Millinewton 0.001 OunceForce 0.278013850953781 Poundal 0.138254954376 PoundForce 4.4482216152605 ShortTonForce 8896.443230521 TonneForce 9806.65"),
        ["mass"] = Scale("Kilogram 1 Centigram 1e-5 Decagram 0.01 Decigram 1e-4 EarthMass 5.9722e24 Grain 6.479891e-5 Gram 0.001 Hectogram 0.1 Kilopound 453.59237 Kilotonne 1e6 LongHundredweight 50.80234544 LongTon 1016.0469088 Megapound 453592.37 Megatonne 1e9 Microgram 1e-9 Milligram 1e-6 Nanogram 1e-12 Ounce 0.028349523125 Pound 0.45359237 ShortHundredweight 45.359237 ShortTon 907.18474 Slug 14.593902937206 SolarMass 1.98947e30 Stone 6.35029318 Tonne 1000"),
        ["speed"] = Scale("MeterPerSecond 1 CentimeterPerHour 2.7777777777777778e-6 CentimeterPerMinute 0.00016666666666666667 CentimeterPerSecond 0.01 DecimeterPerMinute 0.0016666666666666667 DecimeterPerSecond 0.1 FootPerHour 8.466666666666667e-5 FootPerMinute 0.00508 FootPerSecond 0.3048 InchPerHour 7.0555555555555556e-6 InchPerMinute 0.00042333333333333333 InchPerSecond 0.0254 KilometerPerHour 0.27777777777777778 KilometerPerMinute 16.666666666666667 KilometerPerSecond 1000 Knot 0.51444444444444444 MeterPerHour 0.00027777777777777778 MeterPerMinute 0.016666666666666667 MicrometerPerSecond 1e-6 MilePerHour 0.44704 MillimeterPerHour 2.7777777777777778e-7 MillimeterPerMinute 1.6666666666666667e-5 MillimeterPerSecond 0.001 YardPerHour 0.000254 YardPerMinute 0.01524 YardPerSecond 0.9144"),
        ["length"] = Scale("Meter 1 Angstrom 1e-10 AstronomicalUnit 149597870700 Centimeter 0.01 Chain 20.1168 DataMile 1828.8 Decameter 10 Decimeter 0.1 DtpPica 0.00423333333333333333 DtpPoint 0.000352777777777777778 Fathom 1.8288 Foot 0.3048 Hand 0.1016 Hectometer 100 Inch 0.0254 Kilometer 1000 LightYear 9460730472580800 Megameter 1e6 Microinch 2.54e-8 Micrometer 1e-6 Mil 2.54e-5 Mile 1609.344 Millimeter 0.001 Nanometer 1e-9 NauticalMile 1852 Parsec 3.0856775814913673e16 Shackle 27.432 SolarRadius 695700000 Twip 1.763888888888889e-5 UsSurveyFoot 0.3048006096012192 Yard 0.9144"),
        ["energy"] = Scale("Joule 1 BritishThermalUnit 1055.05585262 Calorie 4.184 ElectronVolt 1.602176634e-19 Erg 1e-7 FootPound 1.3558179483314004 GigabritishThermalUnit 1.05505585262e12 GigawattHour 3.6e12 HorsepowerHour 2684519.5376961730 Kilobritishthermalunit 1055055.85262 Kilocalorie 4184 Kilojoule 1000 KilowattHour 3.6e6 MegabritishThermalUnit 1055055852.62 Megacalorie 4.184e6 Megajoule 1e6 MegawattHour 3.6e9 Millijoule 0.001 TerawattHour 3.6e15 ThermEc 105505585.262 ThermImperial 105505585.262 ThermUs 105480400 WattHour 3600"),
        ["volume"] = Scale("CubicMeter 1 AcreFoot 1233.480610918 AuTablespoon 2e-5 Centiliter 1e-5 CubicCentimeter 1e-6 CubicDecimeter 0.001 CubicFoot 0.028316846592 CubicInch 1.6387064e-5 CubicKilometer 1e9 CubicMicrometer 1e-18 CubicMile 4168181825.440579584 CubicMillimeter 1e-9 CubicYard 0.764554857984 Deciliter 1e-4 Hectoliter 0.1 ImperialGallon 0.00454609 ImperialOunce 2.84130625e-5 ImperialPint 0.00056826125 Kiloliter 1 Liter 0.001 Megaliter 1000 Microliter 1e-9 Milliliter 1e-6 UsGallon 0.003785411784 UsOunce 2.95735295625e-5 UsPint 0.000473176473 UsQuart 0.000946352946 UsTablespoon 1.478676478125e-5 UsTeaspoon 4.92892159375e-6"),
    };

    private static readonly string[] _sizes = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>The value in the other unit, or null when a unit is not known.</summary>
    public static double? Convert(string kind, double value, string from, string to)
    {
        if (kind == "temperature") return Kelvin(value, from) is { } kelvin ? FromKelvin(kelvin, to) : null;
        return _scales[kind].TryGetValue(from, out var a) && _scales[kind].TryGetValue(to, out var b) ? value * a / b : null;
    }

    /// <summary>A size for people: 1024 bytes are a KB.</summary>
    public static string Bytes(double value, int digits, string? unit)
    {
        var step = unit is null ? 0 : Array.FindIndex(_sizes, s => s.Equals(unit, StringComparison.OrdinalIgnoreCase));
        if (step < 0) return "";
        var size = value / Math.Pow(1024, step);
        for (; unit is null && Math.Abs(size) >= 1024 && step < _sizes.Length - 1; step++) size /= 1024;
        var rounded = Math.Round(size, Math.Clamp(digits, 0, 15), MidpointRounding.AwayFromZero);
        return $"{rounded.ToString("0.###############", CultureInfo.InvariantCulture)} {_sizes[step]}";
    }

    private static double? Kelvin(double value, string unit) => unit switch
    {
        "Kelvin" => value,
        "DegreeCelsius" => value + 273.15,
        "DegreeFahrenheit" => (value + 459.67) * 5 / 9,
        "DegreeRankine" => value * 5 / 9,
        _ => null,
    };

    private static double? FromKelvin(double value, string unit) => unit switch
    {
        "Kelvin" => value,
        "DegreeCelsius" => value - 273.15,
        "DegreeFahrenheit" => (value * 9 / 5) - 459.67,
        "DegreeRankine" => value * 9 / 5,
        _ => null,
    };

    private static Dictionary<string, double> Scale(string table)
    {
        var words = table.Split(' ');
        return Enumerable.Range(0, words.Length / 2).ToDictionary(i => words[2 * i], i => double.Parse(words[(2 * i) + 1], CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);
    }
}
