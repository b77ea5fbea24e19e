using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Courses;
using PaymentGateway.Courses.Pages;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;
using PaymentGateway.Tests.People.Pages;
using PaymentGateway.Tests.Receipts;

namespace PaymentGateway.Tests.Courses.Pages;

/// <summary>The pages without a browser: what they show and to whom, what they refuse and how they say it.</summary>
public sealed partial class CoursePagesTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient staff = shared.Staff;
    private readonly CoursePaths paths = new(shared.Tenant);

    [Fact]
    public async Task Everybody_sees_what_is_sold_and_nothing_of_another_shop()
    {
        var (status, made, _) = await staff.Post("/api/courses", new
        {
            title = "Chess <b>openings</b>",
            instructor = "Judit & Co",
            price = 500,
            tax = new { @class = "exempt" },
        });
        Assert.Equal(HttpStatusCode.Created, status);
        using var browser = new PageBrowser(gateway.Address);
        var found = await browser.Get($"{paths.Root}?q=CHESS");
        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Contains("Chess &lt;b&gt;openings&lt;/b&gt;", found.Page, StringComparison.Ordinal);
        Assert.Contains("Judit &amp; Co", found.Page, StringComparison.Ordinal);
        Assert.Contains("₹500.00", found.Page, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", found.Policy, StringComparison.Ordinal);

        var nothing = await browser.Get($"{paths.Root}?q=<script>&lang=ru");
        Assert.Contains("По запросу «&lt;script&gt;» ничего не найдено.", nothing.Page, StringComparison.Ordinal);
        Assert.Contains("lang=hi", nothing.Page, StringComparison.Ordinal);
        Assert.Contains("q=", nothing.Page, StringComparison.Ordinal);
        await browser.Get($"{paths.Root}?lang=en");

        var course = made.Text("id");
        Assert.Contains("Sign in to buy", (await browser.Get(paths.Course(course))).Page, StringComparison.Ordinal);
        var elsewhere = new CoursePaths(new(gateway.Shops[1].MerchantId, Mode.Test));
        foreach (var path in new[]
        {
            elsewhere.Course(course), new CoursePaths(shared.Tenant with { Mode = Mode.Live }).Course(course), paths.Course("course_none"),
            "/m/NOBODY/courses", "/m/%3Cb%3E/courses",
        })
        {
            var missing = await browser.Get(path);
            Assert.Equal((HttpStatusCode.NotFound, true), (missing.Status, missing.Page.Contains("There is no such page", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_student_is_asked_to_sign_in_and_buys_only_with_a_token_and_the_terms()
    {
        await staff.Code(new { code = "PAGES20", percent = 20 });
        var course = await staff.Course();
        using var student = await shared.Student();
        using var browser = new PageBrowser(gateway.Address);
        Assert.Equal(
            $"/account/sign-in?then={Uri.EscapeDataString(paths.Course(course))}", (await browser.SendAs(paths.Course(course))).Location);
        await browser.SignIn(student);

        var wrong = await browser.Get($"{paths.Course(course)}?code=NOSUCH");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("This code is not known here.", wrong.Page, StringComparison.Ordinal);
        Assert.Contains("Pay ₹11,800.00", wrong.Page, StringComparison.Ordinal);
        var right = await browser.Get($"{paths.Course(course)}?code=pages20");
        Assert.Equal(HttpStatusCode.OK, right.Status);
        Assert.Contains("−₹2,000.00", right.Page, StringComparison.Ordinal);
        Assert.Contains("₹1,440.00", right.Page, StringComparison.Ordinal);
        Assert.Contains("Pay ₹9,440.00", right.Page, StringComparison.Ordinal);

        var foreign = await browser.SendAs(paths.Course(course), ("terms", "yes"));
        Assert.Contains("This page was open too long", foreign.Page, StringComparison.Ordinal);
        var hasty = await browser.Send(paths.Course(course), ("code", "PAGES20"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, hasty.Status);
        Assert.Contains("Please read and accept them first.", hasty.Page, StringComparison.Ordinal);
        Assert.Contains("Pay ₹9,440.00", hasty.Page, StringComparison.Ordinal);
        Assert.Contains("Never type card data here", (await browser.Send(
            paths.Course(course), ("code", "4111111111111111"), ("terms", "yes"))).Page, StringComparison.Ordinal);

        var payment = await Begin(browser, course, "PAGES20");
        var toBank = await browser.Get(paths.Bank(payment));
        Assert.StartsWith($"0;url={gateway.Address}", toBank.Refresh, StringComparison.Ordinal);
        Assert.Contains("You have begun to pay", (await browser.Get(paths.Course(course))).Page, StringComparison.Ordinal);
        Assert.Contains("Payment not finished", (await browser.Get(paths.Payment(payment))).Page, StringComparison.Ordinal);
        Assert.Equal(paths.Payment(payment) + "?done=checked", (await browser.Send(paths.Check(payment))).Location);

        using var other = await shared.Student();
        using var elsewhere = new PageBrowser(gateway.Address);
        await elsewhere.SignIn(other);
        var otherShop = new CoursePaths(new(gateway.Shops[1].MerchantId, Mode.Test));
        foreach (var path in new[] { paths.Payment(payment), paths.Bank(payment), paths.Receipt(payment), paths.Payment("TXN_NOSUCHPAYMENT") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.Get(path)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.Send(paths.Check(payment))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.Send(paths.Retry(payment))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(otherShop.Payment(payment))).Status);
    }

    [Fact]
    public async Task What_failed_is_tried_again_and_what_is_paid_has_its_receipt()
    {
        await staff.PutSupplier("PG", "PC");
        await PutLinks(supportUrl: "mailto:help@learn.example.com");
        var course = await staff.Course();
        using var student = await shared.Student();
        using var browser = new PageBrowser(gateway.Address);
        await browser.SignIn(student);
        var first = await Begin(browser, course, "");
        var failed = await AnswerAndComeBack(browser, first, "refuse");
        Assert.Contains("Payment failed", failed.Page, StringComparison.Ordinal);
        Assert.Contains("Nothing was charged.", failed.Page, StringComparison.Ordinal);
        Assert.Contains("mailto:help@learn.example.com", failed.Page, StringComparison.Ordinal);
        Assert.Contains(paths.Retry(first), failed.Page, StringComparison.Ordinal);
        Assert.Contains(
            "There is no receipt for this payment yet.", (await browser.Get(paths.Receipt(first))).Page, StringComparison.Ordinal);

        var second = PaymentIn((await browser.Send(paths.Retry(first))).Location);
        Assert.NotEqual(first, second);
        Assert.Contains(paths.Payment(second), (await browser.Get(paths.Payment(first))).Page, StringComparison.Ordinal);
        Assert.Contains("Your course is open", (await AnswerAndComeBack(browser, second, "approve")).Page, StringComparison.Ordinal);
        var receipt = await browser.Get(paths.Receipt(second));
        Assert.StartsWith("%PDF", receipt.Page, StringComparison.Ordinal);
        Assert.Equal(receipt.Bytes, await student.Client.GetByteArrayAsync($"/api/payment/receipt/{second}"));
        Assert.Contains("You have this course.", (await browser.Get(paths.Course(course))).Page, StringComparison.Ordinal);
        Assert.Contains("Yours already", (await browser.Get(paths.Root)).Page, StringComparison.Ordinal);

        var details = (await browser.Get(paths.Payment(second))).Page;
        Assert.Contains(paths.Payment(first), details, StringComparison.Ordinal);
        Assert.Equal(2, Steps().Count(details));
        Assert.Contains("₹11,800.00", details, StringComparison.Ordinal);
        var shown = (await browser.Get($"{paths.History}?status=failed&page=99999999999&x=1")).Page;
        Assert.Contains(first, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(second, shown, StringComparison.Ordinal);
        Assert.Contains("of this status", (await browser.Get($"{paths.History}?status=expired")).Page, StringComparison.Ordinal);
    }

    /// <summary>The API's five a minute are the page's too.</summary>
    [Fact]
    public async Task Pages_count_by_the_limits_of_the_api()
    {
        var course = await staff.Course();
        using var student = await shared.Student();
        using var browser = new PageBrowser(gateway.Address);
        await browser.SignIn(student);
        for (var time = 0; time < 3; time++)
        {
            await student.Start(course);
        }

        await Begin(browser, course, "");
        await Begin(browser, course, "");
        var sixth = await browser.Send(paths.Course(course), ("terms", "yes"));
        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.Status);
        Assert.Contains("Please wait a while", sixth.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_of_the_pages_are_addresses_and_stand_before_the_button()
    {
        var (status, refused, _) = await staff.Call(HttpMethod.Put, "/api/courses/page-links", new
        {
            termsUrl = "javascript:alert(1)",
            privacyUrl = "http://learn.example.com",
            supportUrl = "ftp://learn.example.com",
        });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["privacyUrl", "supportUrl", "termsUrl"],
            refused.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateObject().Select(field => field.Name).Order());

        await PutLinks(supportUrl: null);
        var links = await staff.GetJson("/api/courses/page-links");
        Assert.Equal(new Uri(gateway.Address, paths.Root).ToString(), links.Text("coursesUrl"));
        using var student = await shared.Student();
        using var browser = new PageBrowser(gateway.Address);
        await browser.SignIn(student);
        Assert.Contains(
            """<a href="https://learn.example.com/terms?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">terms of sale</a>""",
            (await browser.Get(paths.Course(await staff.Course()))).Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_fifty_thousand_rupees_on_the_page_asks_whom_the_receipt_names()
    {
        await staff.PutSupplier("PB", "PD");
        var (_, made, _) = await staff.Post("/api/courses", new { title = "Audit", instructor = "Meera Iyer", price = 50_000, tax = new { @class = "exempt" } });
        var path = paths.Course(made.Text("id"));
        using var student = await shared.Student();
        using var browser = new PageBrowser(gateway.Address);
        await browser.SignIn(student);
        Assert.Contains("""<textarea id="billing_address" name="billing_address" rows="3" autocomplete="street-address" maxlength="400" required>""",
            (await browser.Get(path)).Page, StringComparison.Ordinal);
        Assert.Contains("<details>", (await browser.Get(paths.Course(await staff.Course()))).Page, StringComparison.Ordinal);

        var blank = await browser.Send(path, ("terms", "yes"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, blank.Status);
        Assert.Contains("must name its buyer", blank.Page, StringComparison.Ordinal);
        var wrong = await browser.Send(path, [.. Billing("Asha <Rao>", "12"), ("terms", "yes")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("Please check this field.", wrong.Page, StringComparison.Ordinal);
        Assert.Contains("""value="Asha &lt;Rao&gt;" """, wrong.Page, StringComparison.Ordinal);
        Assert.Contains("""<option value="29" selected>""", wrong.Page, StringComparison.Ordinal);

        var payment = PaymentIn((await browser.Send(path, [.. Billing("Asha Rao", "560001"), ("terms", "yes")])).Location);
        await AnswerAndComeBack(browser, payment, "approve");
        var receipt = await Poppler.TextOf(await student.Client.GetByteArrayAsync($"/api/payment/receipt/{payment}"));
        Assert.Contains("Asha Rao", receipt, StringComparison.Ordinal);
        Assert.Contains("PIN 560001", receipt, StringComparison.Ordinal);
        Assert.Contains("Karnataka", receipt, StringComparison.Ordinal);
    }

    private static (string, string)[] Billing(string name, string pin) =>
        [("billing_name", name), ("billing_address", "12 Residency Road\r\nBengaluru"), ("billing_state", "29"), ("billing_pin", pin), ("billing_gstin", "")];

    [Theory]
    [InlineData(Mode.Test, null, null, true)]
    [InlineData(Mode.Live, "https://a.example", "https://b.example", true)]
    [InlineData(Mode.Live, "https://a.example", null, false)]
    [InlineData(Mode.Live, null, "https://b.example", false)]
    public void Real_money_is_taken_only_on_published_terms(Mode mode, string? terms, string? privacy, bool sells) =>
        Assert.Equal(sells, new CoursePageLinks(new("MERCH", mode), terms, privacy, null, default, 1).AllowSelling);

    private async Task<string> Begin(PageBrowser browser, string course, string code)
    {
        var started = await browser.Send(paths.Course(course), ("terms", "yes"), ("code", code));
        Assert.True(started.Status == HttpStatusCode.SeeOther, started.Page);
        return PaymentIn(started.Location);
    }

    private async Task<PageAnswer> AnswerAndComeBack(PageBrowser browser, string payment, string answer)
    {
        await SandboxWorld.AnswerAtBank((await browser.Get(paths.Bank(payment))).Refresh!["0;url=".Length..], answer);
        return await browser.Get(await gateway.ReturnUrlOf(payment));
    }

    private async Task PutLinks(string? supportUrl)
    {
        var (status, body, _) = await staff.Call(HttpMethod.Put, "/api/courses/page-links", new
        {
            termsUrl = "https://learn.example.com/terms?a=1&b=2",
            privacyUrl = "https://learn.example.com/privacy",
            supportUrl,
        });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    private static string PaymentIn(string? location) => Payment().Match(location ?? "").Value;

    [GeneratedRegex("TXN_[0-9A-Z]+")]
    private static partial Regex Payment();

    [GeneratedRegex("<li><span>")]
    private static partial Regex Steps();
}
