using System.Text.RegularExpressions;
using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Checkout;

public sealed partial class TextsTests
{
    [Fact]
    public void Every_sentence_has_the_same_places_in_every_language()
    {
        foreach (var property in typeof(Texts).GetProperties().Where(p => p.PropertyType == typeof(string)))
        {
            var expected = PlacesIn((string)property.GetValue(Language.English.Texts)!);
            foreach (var language in Language.All)
            {
                var text = (string)property.GetValue(language.Texts)!;
                Assert.False(string.IsNullOrWhiteSpace(text), $"{property.Name} in {language.Code} is empty");
                Assert.True(expected.SequenceEqual(PlacesIn(text)), $"{property.Name} in {language.Code}: {text}");
            }
        }
    }

    [Fact]
    public void Every_code_of_the_catalogue_has_a_sentence_for_the_customer()
    {
        foreach (var language in Language.All)
        {
            Assert.All(Errors.All, kind => Assert.NotEmpty(language.Texts.Problem(kind.Code)));
        }

        Assert.Equal(TextsEnglish.Texts.CardDeclined, TextsEnglish.Texts.Problem("CARD_DECLINED"));
        Assert.Equal(TextsEnglish.Texts.Declined, TextsEnglish.Texts.Problem("SOMETHING_NEW"));
    }

    [Theory]
    [InlineData("ru", "kk", "hi", "ru")]
    [InlineData("xx", "kk", "hi", "kk")]
    [InlineData(null, null, "fr-FR, hi-IN;q=0.8, en;q=0.9", "en")]
    [InlineData(null, null, "fr-FR, hi-IN;q=0.8, en;q=0.7", "hi")]
    [InlineData(null, null, "KK", "kk")]
    [InlineData(null, null, "ru;q=0", "en")]
    [InlineData(null, null, "*", "en")]
    [InlineData(null, null, "\"><script>", "en")]
    [InlineData(null, null, null, "en")]
    public void The_language_is_chosen_by_switch_then_memory_then_browser(string? query, string? cookie, string? header, string expected) =>
        Assert.Equal(expected, Language.Choose(query, cookie, header).Code);

    private static IEnumerable<string> PlacesIn(string text) => Place().Matches(text).Select(m => m.Value).Order();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Place();
}
