using System.Text.RegularExpressions;
using PaymentGateway.Checkout;
using PaymentGateway.Courses.Pages;

namespace PaymentGateway.Tests.Courses.Pages;

public sealed partial class CoursePageTextsTests
{
    [Fact]
    public void Every_sentence_has_the_same_places_in_every_language()
    {
        var english = CoursePageTexts.Of(Language.English);
        foreach (var property in typeof(CoursePageTexts).GetProperties().Where(p => p.PropertyType == typeof(string)))
        {
            var expected = PlacesIn((string)property.GetValue(english)!);
            foreach (var language in Language.All)
            {
                var text = (string)property.GetValue(CoursePageTexts.Of(language))!;
                Assert.False(string.IsNullOrWhiteSpace(text), $"{property.Name} in {language.Code} is empty");
                Assert.True(expected.SequenceEqual(PlacesIn(text)), $"{property.Name} in {language.Code}: {text}");
            }
        }
    }

    private static IEnumerable<string> PlacesIn(string text) => Place().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
