using PaymentGateway.Http;

namespace PaymentGateway.Tests.Checkout;

public sealed class HtmlTests
{
    private const string Evil = "\"'><script>alert(1)</script>&";

    [Fact]
    public void Text_never_becomes_markup()
    {
        var html = Html.Of($"""<p title="{Evil}">{Evil}</p>""").ToString();

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Count(c => c == '"'));
        Assert.Equal(2, html.Count(c => c == '<'));
    }

    [Fact]
    public void Letters_of_every_script_stay_readable() =>
        Assert.Equal("<p>भुगतान Оплата төлем ₹ 😀 •</p>", Decoded(Html.Of($"<p>{"भुगतान Оплата төлем ₹ 😀 •"}</p>")));

    [Fact]
    public void Markup_inside_markup_is_not_escaped_again()
    {
        Html[] items = [Html.Of($"<li>{"a<b"}</li>"), Html.Of($"<li>{2}</li>")];

        Assert.Equal("<ul><li>a&lt;b</li><li>2</li></ul>", Html.Of($"<ul>{items}</ul>").ToString());
    }

    [Fact]
    public void A_value_in_an_attribute_without_quotes_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Html.Of($"<p title={Evil}>"));

    [Fact]
    public void A_value_behind_an_equals_sign_in_quotes_is_not() =>
        Assert.Equal("""<a href="/checkout?lang=ru">""", Html.Of($"""<a href="/checkout?lang={"ru"}">""").ToString());

    [Fact]
    public void A_sentence_is_filled_once_and_escaped() =>
        Assert.Equal("Pay &lt;1&gt; with {0} &amp; more", Html.Fill("Pay {1} with {0} & more", "{0}", "<1>").ToString());

    [Fact]
    public void A_condition_that_does_not_hold_leaves_nothing()
    {
        Assert.True(Html.When(false, $"<p>{Evil}</p>").IsEmpty);
        Assert.Equal(" open", Html.When(true, $" open").ToString());
    }

    private static string Decoded(Html html) => System.Net.WebUtility.HtmlDecode(html.ToString());
}
