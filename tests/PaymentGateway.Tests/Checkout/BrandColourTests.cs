using PaymentGateway.Checkout;

namespace PaymentGateway.Tests.Checkout;

public sealed class BrandColourTests
{
    private static readonly BrandColour lightGround = new(0xff, 0xff, 0xff);
    private static readonly BrandColour darkGround = new(0x1b, 0x20, 0x28);

    [Fact]
    public void Text_is_readable_on_every_colour_and_every_colour_on_both_grounds()
    {
        for (var red = 0; red <= 255; red += 15)
        {
            for (var green = 0; green <= 255; green += 15)
            {
                for (var blue = 0; blue <= 255; blue += 15)
                {
                    var colour = new BrandColour((byte)red, (byte)green, (byte)blue);
                    Assert.True(BrandColour.Contrast(colour, colour.TextOn) >= BrandColour.ContrastMin, colour.Hex);
                    Assert.True(BrandColour.Contrast(colour.ReadableOn(lightGround), lightGround) >= BrandColour.ContrastMin, colour.Hex);
                    Assert.True(BrandColour.Contrast(colour.ReadableOn(darkGround), darkGround) >= BrandColour.ContrastMin, colour.Hex);
                }
            }
        }
    }

    [Fact]
    public void A_colour_that_is_readable_stays_as_it_is() =>
        Assert.Equal("c2185b", new BrandColour(0xc2, 0x18, 0x5b).ReadableOn(lightGround).Hex);

    [Fact]
    public void Contrast_is_that_of_the_standard()
    {
        Assert.Equal(21, BrandColour.Contrast(new(0, 0, 0), new(255, 255, 255)), precision: 3);
        Assert.Equal(4.54, BrandColour.Contrast(new(0x76, 0x76, 0x76), new(255, 255, 255)), precision: 2);
    }

    [Theory]
    [InlineData("#c2185b", "c2185b")]
    [InlineData("C2185B", "c2185b")]
    [InlineData("#fff", null)]
    [InlineData("red", null)]
    [InlineData("}body{x:1", null)]
    [InlineData("+12345", null)]
    [InlineData(null, null)]
    public void Only_six_hexadecimal_digits_are_a_colour(string? text, string? hex) => Assert.Equal(hex, BrandColour.Parse(text)?.Hex);

    [Fact]
    public void The_grounds_are_those_of_the_stylesheet()
    {
        var css = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wwwroot", "checkout", "css", "checkout.css"));

        Assert.Contains($"--paper: #{lightGround.Hex};", css, StringComparison.Ordinal);
        Assert.Contains($"--paper: #{darkGround.Hex};", css, StringComparison.Ordinal);
    }
}
