using PaymentGateway.Checkout;
using PaymentGateway.Courses;
using PaymentGateway.Mail;
using PaymentGateway.People;

namespace PaymentGateway.Tests.Mail;

/// <summary>What letters say, in every language, and that nobody's name can say something else.</summary>
public sealed class LetterTests
{
    private static readonly LetterTemplates templates = new(PeopleLetters.All.Concat(CourseLetters.All));

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var template in templates.All)
        {
            foreach (var language in LetterLanguages.All)
            {
                all.Add(template.Name, language);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_letter_is_whole_in_every_language(string name, string language)
    {
        var letter = templates.Find(name)!.Sample(language);
        var (text, html) = (LetterPrinter.Text(letter, language), LetterPrinter.Html(letter, language));
        Assert.All([letter.Subject, text, html], printed => Assert.DoesNotMatch(@"\{\d\}", printed));
        Assert.All(letter.Paragraphs, paragraph => Assert.Contains(paragraph, text, StringComparison.Ordinal));
        Assert.Contains($"<html lang=\"{language}\">", html, StringComparison.Ordinal);
        if (language != LetterLanguages.Default)
        {
            Assert.NotEqual(templates.Find(name)!.Sample(LetterLanguages.Default).Subject, letter.Subject);
        }
    }

    [Fact]
    public void Letters_and_pages_have_the_same_languages() =>
        Assert.Equal(Language.All.Select(language => language.Code).Order(), LetterLanguages.All.Order());

    [Fact]
    public void A_name_is_text_and_a_link_is_whole_in_both_forms()
    {
        var letter = PeopleLetters.ConfirmAddress.Write(
            LetterTemplate<LinkToPerson>.DataOf(new("<b>Eve</b> {0}", "https://pay.example.com/account/confirm#link_1", 2880)), "en");
        var html = LetterPrinter.Html(letter, "en");
        Assert.Contains("Hello &lt;b&gt;Eve&lt;/b&gt; {0},", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://pay.example.com/account/confirm#link_1\"", html, StringComparison.Ordinal);
        var text = LetterPrinter.Text(letter, "en");
        Assert.Contains("Hello <b>Eve</b> {0},", text, StringComparison.Ordinal);
        Assert.Contains("\nhttps://pay.example.com/account/confirm#link_1\n", text, StringComparison.Ordinal);
        Assert.Contains("for 48 hours", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_stand_in_both_forms()
    {
        var letter = new Letter("Paid", ["Thank you."]) { Facts = [new("Amount", "₹9,440.00"), new("Course", "C# & .NET")], Note = "Bye." };
        Assert.Contains("Amount: ₹9,440.00\nCourse: C# & .NET\n", LetterPrinter.Text(letter, "en"), StringComparison.Ordinal);
        Assert.Contains("C# &amp; .NET", LetterPrinter.Html(letter, "en"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, 60)]
    [InlineData(2, 60, 300)]
    [InlineData(3, 360, 900)]
    [InlineData(4, 1260, 3600)]
    [InlineData(50, 100_000, 3600)]
    public void It_is_tried_again_at_first_soon_then_hourly(int attempts, int age, int wait)
    {
        var created = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);
        Assert.Equal(created.AddSeconds(age + wait), MailSchedule.NextAfter(attempts, created, created.AddSeconds(age)));
    }

    [Fact]
    public void After_three_days_it_is_given_up()
    {
        var created = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);
        Assert.NotNull(MailSchedule.NextAfter(70, created, created.AddHours(71)));
        Assert.Null(MailSchedule.NextAfter(71, created, created.AddHours(71).AddSeconds(1)));
    }
}
