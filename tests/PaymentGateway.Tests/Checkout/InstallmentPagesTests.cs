using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Methods;

namespace PaymentGateway.Tests.Checkout;

/// <summary>EMI and BNPL on the hosted page, by forms alone.</summary>
public sealed partial class InstallmentPagesTests(MethodsFixture shared) : IClassFixture<MethodsFixture>, IDisposable
{
    private readonly HttpClient browser = NewBrowser(shared.Gateway.Address);

    public void Dispose() => browser.Dispose();

    [Fact]
    public async Task A_credit_card_is_paid_off_monthly()
    {
        var order = await shared.TechGadgets.CreateOrder(30000m);
        var page = await Get($"/checkout/{order}");
        Assert.Contains("data-method=\"emi\"", page, StringComparison.Ordinal);

        var plans = await Get(await Post("/sandbox/tokenizer", Card(page, order, "4111111111111111")));
        Assert.Contains("6 months: ₹5,191.29 a month", plans, StringComparison.Ordinal);
        Assert.Contains("Interest 13 % a year; ₹31,147.72 in all · Processing fee of the bank: ₹200.00", plans, StringComparison.Ordinal);

        Assert.Equal($"/checkout/{order}", await Post($"/checkout/{order}/pay",
            [("clientSecret", Value(plans, "clientSecret")), ("method", "emi"), ("cardToken", Value(plans, "cardToken")), ("emiTenure", "6")]));
        Assert.Contains("Payment successful", await Get($"/checkout/{order}"), StringComparison.Ordinal);
        Assert.Equal((1, 30000_00), await shared.Gateway.AtProcessor(order));
    }

    [Fact]
    public async Task A_debit_card_is_told_so_before_anything_is_tried()
    {
        var order = await shared.TechGadgets.CreateOrder(30000m);
        var page = await Get($"/checkout/{order}");

        var refused = await Get(await Post("/sandbox/tokenizer", Card(page, order, "4000056655665556")));

        Assert.Contains("cannot be paid in instalments", refused, StringComparison.Ordinal);
        Assert.Equal((0, 0), await shared.Gateway.AtProcessor(order));
    }

    [Fact]
    public async Task A_number_that_is_not_taken_is_shown_in_the_form_that_was_sent()
    {
        var order = await shared.TechGadgets.CreateOrder(30000m);
        var page = await Get($"/checkout/{order}");

        var refused = await Get(await Post("/sandbox/tokenizer", Card(page, order, "4111111111111112")));

        Assert.Contains("id=\"emi-number-error\">This card number is not accepted here.", refused, StringComparison.Ordinal);
        Assert.Contains("id=\"number-error\"></p>", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "₹600.00 by 08/11/2026, ₹600.00 by 22/11/2026")]
    [InlineData("hi", "₹600.00, 08/11/2026 तक")]
    [InlineData("ru", "до 08.11.2026")]
    [InlineData("kk", "08.11.2026 дейін")]
    public async Task A_known_customer_pays_later_after_agreeing(string language, string plan)
    {
        var order = await shared.GroceryQuick.CreateOrder(1200m, new { customerId = $"page-{language}" });
        var page = await Get($"/checkout/{order}?lang={language}");
        Assert.Contains(plan, page, StringComparison.Ordinal);
        (string, string)[] form = [("clientSecret", Value(page, "clientSecret")), ("method", "bnpl"), ("bnplPlanId", "bnpl_2installments")];

        Assert.Equal($"/checkout/{order}?problem=CONSENT_REQUIRED", await Post($"/checkout/{order}/pay", form));
        Assert.Equal($"/checkout/{order}", await Post($"/checkout/{order}/pay", [.. form, ("customerConsent", "true")]));

        Assert.Equal("paid", (await shared.GroceryQuick.GetJson($"/api/payments/orders/{order}")).Text("status"));
        Assert.Equal(3800m, await shared.GroceryQuick.CreditLeft($"page-{language}"));
    }

    [Fact]
    public async Task What_does_not_fit_is_not_offered()
    {
        Assert.DoesNotContain("data-method=\"emi\"", await Get($"/checkout/{await shared.TechGadgets.CreateOrder(100m)}"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-method=\"bnpl\"", await Get($"/checkout/{await shared.GroceryQuick.CreateOrder(100m)}"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-method=\"bnpl\"",
            await Get($"/checkout/{await shared.GroceryQuick.CreateOrder(6000m, new { customerId = "rich" })}"), StringComparison.Ordinal);
    }

    private static (string, string)[] Card(string page, string order, string number) =>
    [
        ("publishableKey", Value(page, "publishableKey")), ("returnTo", $"/checkout/{order}/emi"), ("number", number), ("expiry", "12/25"), ("cvv", "123"),
    ];

    private async Task<string> Get(string path)
    {
        using var response = await browser.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Where the form leads.</summary>
    private async Task<string> Post(string path, (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await browser.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    private static string Value(string page, string name) =>
        Hidden().Matches(page).First(match => match.Groups[1].Value == name).Groups[2].Value;

    private static HttpClient NewBrowser(Uri address) => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">")]
    private static partial Regex Hidden();
}
