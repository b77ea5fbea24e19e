using System.Globalization;

namespace PaymentGateway.Checkout;

/// <summary>A merchant's colour, and what it takes to keep text readable with it (WCAG 2, contrast of at least 4.5 to 1).</summary>
internal readonly record struct BrandColour(byte Red, byte Green, byte Blue)
{
    public const double ContrastMin = 4.5;

    /// <summary>For merchants without a colour of their own.</summary>
    public static readonly BrandColour Default = new(0x1d, 0x4e, 0x89);

    // The two grounds that checkout.css paints; keep them equal.
    private static readonly BrandColour lightGround = new(0xff, 0xff, 0xff);
    private static readonly BrandColour darkGround = new(0x1b, 0x20, 0x28);
    private static readonly BrandColour black = new(0, 0, 0);
    private static readonly BrandColour white = new(0xff, 0xff, 0xff);

    /// <summary>Six hexadecimal digits, with or without the number sign.</summary>
    public static BrandColour? Parse(string? text)
    {
        var digits = text?.TrimStart('#');
        return digits is { Length: 6 } && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
            ? new((byte)(rgb >> 16), (byte)((rgb >> 8) & 0xff), (byte)(rgb & 0xff))
            : null;
    }

    public string Hex => $"{Red:x2}{Green:x2}{Blue:x2}";

    /// <summary>Black or white, whichever reads better on this colour: the better one always has at least 4.58 to 1.</summary>
    public BrandColour TextOn => Contrast(this, black) >= Contrast(this, white) ? black : white;

    /// <summary>The variables that checkout.css takes its colours from.</summary>
    public string Stylesheet() =>
        $$"""
        :root{--brand:#{{Hex}};--on-brand:#{{TextOn.Hex}};--brand-ink:#{{ReadableOn(lightGround).Hex}}}
        @media(prefers-color-scheme:dark){:root{--brand-ink:#{{ReadableOn(darkGround).Hex}} } }

        """;

    /// <summary>This colour, moved towards black or white just as far as text on the ground needs.</summary>
    public BrandColour ReadableOn(BrandColour ground)
    {
        var target = ground.TextOn;
        for (var step = 0; step <= 20; step++)
        {
            var mixed = Mix(target, step / 20.0);
            if (Contrast(mixed, ground) >= ContrastMin)
            {
                return mixed;
            }
        }

        return target;
    }

    public static double Contrast(BrandColour one, BrandColour other)
    {
        var (a, b) = (one.Luminance(), other.Luminance());
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private BrandColour Mix(BrandColour target, double share) => new(
        (byte)Math.Round(Red + ((target.Red - Red) * share)),
        (byte)Math.Round(Green + ((target.Green - Green) * share)),
        (byte)Math.Round(Blue + ((target.Blue - Blue) * share)));

    private double Luminance() => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
