using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>3-D Secure over HTTP, as a shop, its customer and a thief would use it.</summary>
public sealed partial class ThreeDSecureTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Challenged = "4000002500003155";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    /// <summary>Card, network, status of the payment or failure code, transStatus, eci, shift, flow.</summary>
    public static TheoryData<string, string, string?, string?, bool, string> Cards => new()
    {
        { "4000000000002701", "succeeded", "Y", "05", true, "frictionless" },
        { "5200000000002235", "succeeded", "Y", "02", true, "frictionless" },
        { "4000000000002719", "succeeded", "A", "06", true, "frictionless" },
        { "5200000000002482", "succeeded", "A", "01", true, "frictionless" },
        { "4000000000002420", "succeeded", "U", "07", false, "frictionless" },
        { "5200000000002664", "succeeded", "U", "00", false, "frictionless" },
        { "4000000000002925", "CARD_AUTHENTICATION_FAILED", "N", "07", false, "frictionless" },
        { "5200000000002276", "CARD_AUTHENTICATION_FAILED", "N", "00", false, "frictionless" },
        { "4000000000002537", "CARD_AUTHENTICATION_REJECTED", "R", "07", false, "frictionless" },
        { "5200000000002185", "CARD_AUTHENTICATION_REJECTED", "R", "00", false, "frictionless" },
        { "4000000000002644", "CARD_AUTHENTICATION_UNAVAILABLE", null, null, false, "frictionless" },
        { "5200000000002656", "CARD_AUTHENTICATION_UNAVAILABLE", null, null, false, "frictionless" },
        { "4000000000002503", "requires_action", "C", null, false, "challenge" },
        { "5200000000002151", "requires_action", "C", null, false, "challenge" },
        { "4000000000002370", "requires_action", "C", null, false, "challenge" },
        { "5200000000002490", "requires_action", "C", null, false, "challenge" },
        { Challenged, "requires_action", "C", null, false, "challenge" },
    };

    [Theory, MemberData(nameof(Cards))]
    public async Task Every_card_is_authenticated_as_the_table_says(
        string number, string expected, string? transStatus, string? eci, bool shift, string flow)
    {
        var (status, body, _) = await client.PayByCard(await client.CreateOrder(100m), number);
        var payment = status == HttpStatusCode.PaymentRequired ? body.GetProperty("error").GetProperty("details").GetProperty("payment") : body;

        Assert.Equal(expected, status == HttpStatusCode.PaymentRequired ? body.Code() : payment.Text("status"));
        AssertAuthentication(payment.GetProperty("threeDSecure"), transStatus, eci, shift, flow);
        Assert.Equal(number[0] == '4' ? "visa" : "mastercard", payment.GetProperty("threeDSecure").Text("network"));
        AssertAuthentication(payment.GetProperty("charges")[0].GetProperty("threeDSecure"), transStatus, eci, shift, flow);
        Assert.Equal("2.2.0", payment.GetProperty("threeDSecure").Text("version"));
    }

    [Theory]
    [InlineData("three_d_secure_authenticated", 9201, "4111111111111111", "succeeded", "Y")]
    [InlineData("three_d_secure_not_authenticated", 9202, "5555555555554444", "CARD_AUTHENTICATION_FAILED", "N")]
    [InlineData("three_d_secure_attempted", 9203, "5555555555554444", "succeeded", "A")]
    [InlineData("three_d_secure_unavailable", 9204, "4111111111111111", "succeeded", "U")]
    [InlineData("three_d_secure_rejected", 9205, "4111111111111111", "CARD_AUTHENTICATION_REJECTED", "R")]
    [InlineData("three_d_secure_challenge", 9206, "5555555555554444", "requires_action", "C")]
    [InlineData("three_d_secure_challenge_fails", 9207, "378282246310005", "requires_action", "C")]
    [InlineData("three_d_secure_error", 9208, "4111111111111111", "CARD_AUTHENTICATION_UNAVAILABLE", null)]
    public async Task An_amount_or_a_header_decides_for_an_ordinary_card(string behaviour, int amount, string number, string expected, string? transStatus)
    {
        foreach (var (asked, order) in new[] { (behaviour, 100m), ((string?)null, amount) })
        {
            var (status, body, _) = await client.PayByCard(await client.CreateOrder(order), number, behaviour: asked);
            var payment = status == HttpStatusCode.PaymentRequired ? body.GetProperty("error").GetProperty("details").GetProperty("payment") : body;
            Assert.Equal(expected, status == HttpStatusCode.PaymentRequired ? body.Code() : payment.Text("status"));
            Assert.Equal(transStatus, Optional(payment.GetProperty("threeDSecure"), "transStatus"));
        }
    }

    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("6082015309577308")]
    public async Task An_ordinary_card_has_no_authentication(string number)
    {
        var (_, payment, _) = await client.PayByCard(await client.CreateOrder(100m), number);
        Assert.False(payment.TryGetProperty("threeDSecure", out _));
    }

    [Theory]
    [InlineData("4000000000002503", "1234", "succeeded", "Y", "05", "passed", null)]
    [InlineData("5200000000002151", "1234", "succeeded", "Y", "02", "passed", null)]
    [InlineData("4000000000002370", "1234", "CARD_AUTHENTICATION_FAILED", "N", "07", "failed", "wrong_password")]
    [InlineData("5200000000002490", "1234", "CARD_AUTHENTICATION_FAILED", "N", "00", "failed", "wrong_password")]
    [InlineData("4000000000002503", "0000", "CARD_AUTHENTICATION_FAILED", "N", "07", "failed", "wrong_password")]
    [InlineData("5200000000002151", "cancel", "AUTHENTICATION_ABANDONED", "N", "00", "canceled", "refused_by_customer")]
    public async Task A_challenge_ends_as_the_card_holder_answers(
        string number, string otp, string expected, string transStatus, string eci, string outcome, string? reason)
    {
        var payment = await Start(number);
        for (var i = 0; i < 3; i++)
        {
            await SandboxWorld.AnswerAtBank(payment.GetProperty("nextAction").Text("url"), otp == "cancel" ? "refuse" : "approve", otp);
        }

        var ended = await Read(payment);
        Assert.Equal(expected, Optional(ended, "failureCode") ?? ended.Text("status"));
        var said = ended.GetProperty("threeDSecure");
        AssertAuthentication(said, transStatus, eci, expected == "succeeded", "challenge");
        Assert.Equal((outcome, reason), (said.Text("challengeOutcome"), Optional(said, "reason")));
    }

    [Fact]
    public async Task A_challenge_without_an_answer_has_timed_out_after_ten_minutes()
    {
        var payment = await Start(Challenged);
        shared.Clock.Advance(TimeSpan.FromMinutes(10));
        await gateway.NotifyOnce();
        var ended = await Read(payment);
        Assert.Equal("AUTHENTICATION_ABANDONED", ended.Text("failureCode"));
        Assert.Equal(("N", "timed_out"),
            (ended.GetProperty("threeDSecure").Text("transStatus"), ended.GetProperty("threeDSecure").Text("challengeOutcome")));
    }

    [Fact]
    public async Task The_merchant_may_stop_what_could_not_be_authenticated()
    {
        using var shop = gateway.ClientOf(gateway.Shops[1]);
        var path = $"/api/payments/merchants/{gateway.Shops[1].MerchantId}";
        Assert.Equal("authorize", (await shop.GetJson(path)).GetProperty("threeDSecure").Text("onUnavailable"));
        await shop.Call(HttpMethod.Patch, path, new { threeDSecure = new { onUnavailable = "stop" } });

        var (status, body, _) = await shop.PayByCard(await shop.CreateOrder(100m), "4000000000002420");
        Assert.Equal((HttpStatusCode.PaymentRequired, "CARD_AUTHENTICATION_UNAVAILABLE"), (status, body.Code()));

        await shop.Call(HttpMethod.Patch, path, new { threeDSecure = new { onUnavailable = "authorize" } });
        Assert.Equal(HttpStatusCode.Created, (await shop.PayByCard(await shop.CreateOrder(100m), "4000000000002420")).Status);
        var (wrong, fault, _) = await shop.Call(HttpMethod.Patch, path, new { threeDSecure = new { onUnavailable = "maybe" } });
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (wrong, fault.Code()));
    }

    [Fact]
    public async Task A_rejected_card_is_not_tried_again_on_this_payment_but_another_is()
    {
        var orderId = await client.CreateOrder(100m);
        Assert.Equal("CARD_AUTHENTICATION_REJECTED", (await client.PayByCard(orderId, "4000000000002537")).Body.Code());
        var before = await ChargesOf(orderId);

        var (status, again, _) = await client.PayByCard(orderId, "4000000000002537");
        Assert.Equal((HttpStatusCode.PaymentRequired, "CARD_AUTHENTICATION_REJECTED"), (status, again.Code()));
        Assert.Equal(before, await ChargesOf(orderId));

        Assert.Equal("CARD_AUTHENTICATION_REJECTED", (await client.PayByCard(orderId, "5200000000002185")).Body.Code());
        Assert.Equal("CARD_AUTHENTICATION_REJECTED", (await client.PayByCard(orderId, "4000000000002537")).Body.Code());
        Assert.Equal(HttpStatusCode.Created, (await client.PayByCard(orderId)).Status);
    }

    [Fact]
    public async Task The_same_card_may_be_tried_on_another_payment() => Assert.Equal(
        ["CARD_AUTHENTICATION_REJECTED", "CARD_AUTHENTICATION_REJECTED"],
        [(await client.PayByCard(await client.CreateOrder(1m), "4000000000002537")).Body.Code(),
            (await client.PayByCard(await client.CreateOrder(1m), "4000000000002537")).Body.Code()]);

    // Exemptions and wishes

    [Theory]
    [InlineData("low_value", "4000002500003155", "07")]
    [InlineData("low_value", "5200000000002151", "06")]
    [InlineData("transaction_risk_analysis", "4111111111111111", "07")]
    [InlineData("transaction_risk_analysis", "5555555555554444", "06")]
    [InlineData("recurring", "4000002500003155", "07")]
    [InlineData("recurring", "5555555555554444", "07")]
    public async Task An_exemption_spares_the_challenge_and_leaves_the_liability(string exemption, string number, string eci)
    {
        var (status, payment, _) = await Pay(number, new { exemption });
        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, payment.Text("status")));
        var said = payment.GetProperty("threeDSecure");
        AssertAuthentication(said, null, eci, shift: false, "none");
        Assert.Equal(exemption, said.Text("exemption"));
    }

    [Theory]
    [InlineData("any", "4111111111111111", "Y")]
    [InlineData("any", "5555555555554444", "Y")]
    [InlineData("any", "4000000000002719", "A")]
    [InlineData("challenge", "4111111111111111", "C")]
    [InlineData("challenge", "4000000000002701", "C")]
    [InlineData("challenge", "4000000000002925", "N")]
    public async Task A_wish_is_passed_on_to_the_bank(string request, string number, string transStatus)
    {
        var (status, body, _) = await Pay(number, new { request });
        var payment = status == HttpStatusCode.PaymentRequired ? body.GetProperty("error").GetProperty("details").GetProperty("payment") : body;
        Assert.Equal(transStatus, payment.GetProperty("threeDSecure").Text("transStatus"));
    }

    [Fact]
    public async Task A_card_of_another_network_goes_its_own_way() =>
        Assert.False((await Pay("6082015309577308", new { request = "any" })).Body.TryGetProperty("threeDSecure", out _));

    [Fact]
    public async Task Without_the_customer_the_merchants_own_payment_needs_no_proof()
    {
        var (asked, required, _) = await client.PayIntent(number: Challenged, more: new { offSession = true });
        Assert.Equal((HttpStatusCode.PaymentRequired, "AUTHENTICATION_REQUIRED"), (asked, required.Code()));
        var (status, payment, _) = await client.PayIntent(
            number: Challenged, more: new { offSession = true, threeDSecure = new { exemption = "merchant_initiated" } });
        Assert.Equal((HttpStatusCode.Created, "requires_capture"), (status, payment.Text("status")));
        AssertAuthentication(payment.GetProperty("threeDSecure"), null, "07", shift: false, "none");
    }

    [Theory]
    [InlineData("""{ "threeDSecure": { "request": "challenge", "exemption": "low_value" } }""", "threeDSecure.exemption")]
    [InlineData("""{ "threeDSecure": { "exemption": "merchant_initiated" } }""", "threeDSecure.exemption")]
    [InlineData("""{ "browser": { "colorDepth": 0 } }""", "paymentDetails.browser.colorDepth")]
    [InlineData("""{ "browser": { "language": "no language!" } }""", "paymentDetails.browser.language")]
    [InlineData("""{ "browser": { "screenHeight": -1, "screenWidth": 1000000 } }""", "paymentDetails.browser.screenHeight")]
    [InlineData("""{ "browser": { "timeZoneOffset": 841 } }""", "paymentDetails.browser.timeZoneOffset")]
    [InlineData("""{ "browser": { "ipAddress": "300.1.1.1" } }""", "paymentDetails.browser.ipAddress")]
    [InlineData("""{ "browser": { "userAgent": "" } }""", "paymentDetails.browser.userAgent")]
    public async Task What_cannot_be_passed_on_is_refused_by_name(string fields, string field)
    {
        var sent = JsonDocument.Parse(fields).RootElement;
        var (status, body, _) = await client.Post("/api/payments", new Dictionary<string, object?>
        {
            ["orderId"] = await client.CreateOrder(100m),
            ["paymentMethod"] = "card",
            ["paymentDetails"] = new Dictionary<string, object?>
            {
                ["cardToken"] = await client.CardToken(),
                ["browser"] = sent.TryGetProperty("browser", out var browser) ? browser : null,
            },
            ["threeDSecure"] = sent.TryGetProperty("threeDSecure", out var wish) ? wish : null,
        });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), body.ToString());
    }

    [Fact]
    public async Task It_belongs_to_cards_and_to_a_payment_that_is_confirmed()
    {
        var orderId = await client.CreateOrder(100m);
        var (_, upi, _) = await client.Post("/api/payments", new
        {
            orderId,
            paymentMethod = "upi",
            paymentDetails = new { vpa = "success@pgtestupi" },
            threeDSecure = new { request = "any" },
        });
        Assert.Equal("VALIDATION_FAILED", upi.Code());
        var (_, early, _) = await client.PayIntent(more: new { confirm = false, threeDSecure = new { request = "any" } });
        Assert.Equal("VALIDATION_FAILED", early.Code());
    }

    [Fact]
    public async Task A_browser_is_told_of_and_kept_nowhere()
    {
        var (status, payment, _) = await client.Post("/api/payments", new
        {
            orderId = await client.CreateOrder(100m),
            paymentMethod = "card",
            paymentDetails = new
            {
                cardToken = await client.CardToken("4000000000002701"),
                browser = new
                {
                    javaEnabled = false,
                    language = "en-IN",
                    colorDepth = 30,
                    screenHeight = 900,
                    screenWidth = 1440,
                    timeZoneOffset = -330,
                    ipAddress = "203.0.113.77",
                    acceptHeader = "text/html",
                    userAgent = "Mozilla/5.0 (a very rare browser)",
                },
            },
        });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(0, await gateway.Query<long>(
            "SELECT count(*) FROM payments.charges c WHERE c.id = @id AND (c::text LIKE '%rare browser%' OR c::text LIKE '%203.0.113.77%')",
            new { id = payment.Text("id") }));
    }

    // The way back from the bank

    [Fact]
    public async Task The_truth_comes_before_the_browser_and_the_note_finds_the_payment()
    {
        var payment = await Start(Challenged);
        var (cres, note, action) = await AnswerByProtocol(payment, "1234");
        Assert.Equal("succeeded", (await Read(payment)).Text("status"));

        Assert.Equal(new Uri(gateway.Address, "/three-d-secure/return"), new Uri(action));
        var (status, location) = await ComeBack(cres, note);
        Assert.Equal((HttpStatusCode.SeeOther, $"/checkout/{payment.Text("orderId")}"), (status, location!.AbsolutePath));
    }

    [Fact]
    public async Task An_attempt_may_name_its_own_page_to_come_back_to()
    {
        var (_, payment, _) = await client.Post("/api/payments", new
        {
            orderId = await client.CreateOrder(100m),
            paymentMethod = "card",
            paymentDetails = new { cardToken = await client.CardToken(Challenged) },
            returnUrl = "https://shop.example/thanks?order=1",
        });
        var (cres, note, _) = await AnswerByProtocol(payment, "1234");
        Assert.Equal("https://shop.example/thanks?order=1", (await ComeBack(cres, note)).Location!.AbsoluteUri);
    }

    [Fact]
    public async Task A_result_that_never_comes_is_asked_for_when_the_browser_is_back()
    {
        var payment = await Start(Challenged, "three_d_secure_result_lost");
        var (cres, note, _) = await AnswerByProtocol(payment, "1234");
        await gateway.NotifyOnce();
        Assert.Equal("requires_action", (await Read(payment)).Text("status"));

        await ComeBack(cres, note);

        AssertAuthentication((await Read(payment)).GetProperty("threeDSecure"), "Y", "05", shift: true, "challenge");
    }

    [Fact]
    public async Task A_lost_result_is_found_by_the_resolver_when_the_browser_never_returns()
    {
        var payment = await Start(Challenged, "three_d_secure_result_lost");
        await AnswerByProtocol(payment, "1234");
        for (var round = 0; round < 8 && (await Read(payment)).Text("status") == "requires_action"; round++)
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(1));
            await gateway.ResolveOnce();
        }

        Assert.Equal("succeeded", (await Read(payment)).Text("status"));
    }

    [Fact]
    public async Task A_result_that_comes_twice_is_one()
    {
        var payment = await Start(Challenged, "duplicate_notification");
        await AnswerByProtocol(payment, "1234");
        await gateway.NotifyOnce();
        Assert.Equal("succeeded", (await Read(payment)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.success"));
    }

    [Fact]
    public async Task A_result_that_comes_after_the_browser_changes_nothing_any_more()
    {
        var payment = await Start(Challenged, "late_notification");
        var (cres, note, _) = await AnswerByProtocol(payment, "1234");
        await ComeBack(cres, note);
        Assert.Equal("succeeded", (await Read(payment)).Text("status"));

        shared.Clock.Advance(TimeSpan.FromSeconds(11));
        await gateway.NotifyOnce();
        Assert.Equal("succeeded", (await Read(payment)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.success"));
    }

    [Fact]
    public async Task What_the_browser_says_is_not_believed()
    {
        var payment = await Start(Challenged, "three_d_secure_contradiction");
        var (cres, note, _) = await AnswerByProtocol(payment, "1234");
        Assert.Equal(TransStatus.Authenticated, Messages.Decode<ChallengeResponse>(cres)!.Status);

        await ComeBack(cres, note);

        var ended = await Read(payment);
        Assert.Equal("CARD_AUTHENTICATION_FAILED", ended.Text("failureCode"));
        AssertAuthentication(ended.GetProperty("threeDSecure"), "N", "07", shift: false, "challenge");
    }

    [Fact]
    public async Task A_forged_answer_of_a_browser_pays_nothing()
    {
        var payment = await Start(Challenged);
        var challenge = payment.GetProperty("nextAction").GetProperty("challenge");
        var request = Messages.Decode<ChallengeRequest>(challenge.Text("creq"))!;
        var forged = Messages.Encode(new ChallengeResponse(request.ServerTransId, request.AcsTransId, "Y", Status: TransStatus.Authenticated));

        Assert.Equal(HttpStatusCode.SeeOther, (await ComeBack(forged, challenge.Text("sessionData"))).Status);

        Assert.Equal("requires_action", (await Read(payment)).Text("status"));
    }

    [Fact]
    public async Task A_note_that_we_did_not_write_opens_nothing()
    {
        var payment = await Start(Challenged);
        var note = payment.GetProperty("nextAction").GetProperty("challenge").Text("sessionData");
        var cres = Messages.Encode(new ChallengeResponse("a", "b", "Y"));
        var (encoded, signature) = (note.Split('.')[0], note.Split('.')[1]);
        var other = (await Start(Challenged)).GetProperty("nextAction").GetProperty("challenge").Text("sessionData");
        Assert.True(note.Length <= ThreeDSecureSessions.LengthMax);
        foreach (var wrong in new[] { "", "x", encoded, $"{encoded}.", $".{signature}", $"{other.Split('.')[0]}.{signature}", $"{note}A", $"*.{signature}", new string('a', 5000) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await ComeBack(cres, wrong)).Status);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await ComeBack("nonsense", note)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ComeBack(Messages.Encode(new MethodData("a", "b")), note)).Status);
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_of_it()
    {
        using var other = gateway.ClientOf(gateway.Shops[1]);
        var (_, payment, _) = await client.PayByCard(await client.CreateOrder(100m), "4000000000002701");
        Assert.Equal(HttpStatusCode.NotFound, (await other.Call(HttpMethod.Get, $"/api/payments/{payment.Text("id")}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Call(HttpMethod.Get, $"/api/payments/charges/{payment.GetProperty("charges")[0].Text("id")}")).Status);
    }

    // What is kept and told

    [Fact]
    public async Task The_event_tells_and_the_proof_is_nowhere()
    {
        var (_, payment, _) = await client.PayByCard(await client.CreateOrder(100m), "4000000000002701");
        var keys = gateway.Services.GetService(typeof(PaymentGateway.Connectors.Sandbox.SandboxKeys)) as PaymentGateway.Connectors.Sandbox.SandboxKeys;
        var proof = keys!.ProofOf(payment.GetProperty("threeDSecure").Text("threeDSServerTransId"));

        var data = JsonDocument.Parse(await gateway.Query<string>(
            "SELECT body FROM events.events WHERE subject_id = @id AND name = 'payment.success'", new { id = payment.Text("id") })).RootElement
            .GetProperty("data");
        AssertAuthentication(data.GetProperty("threeDSecure"), "Y", "05", shift: true, "frictionless");
        Assert.False(data.GetProperty("threeDSecure").TryGetProperty("cardFingerprint", out _));
        Assert.DoesNotContain(proof, payment.ToString());
        foreach (var table in new[] { "events.events", "payments.charges", "audit.rows", "sandbox.charges", "sandbox.notifications", "sandbox.proofs" })
        {
            Assert.Equal(0, await gateway.Query<long>($"SELECT count(*) FROM {table} t WHERE position(@proof in t::text) > 0", new { proof }));
        }
    }

    [Fact]
    public async Task The_database_keeps_no_proof()
    {
        var (_, payment, _) = await client.PayByCard(await client.CreateOrder(100m), "4000000000002701");
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => gateway.Execute(
            """UPDATE payments.charges SET authentication = authentication || '{"authenticationValue": "x"}' WHERE payment_id = @id""",
            new { id = payment.Text("id") }));
        Assert.Equal("a_proof_is_not_kept", refused.ConstraintName);
    }

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Pay(string number, object threeDSecure) => PayOrder(number, threeDSecure);

    private async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PayOrder(string number, object threeDSecure) =>
        await client.Post("/api/payments", new
        {
            orderId = await client.CreateOrder(100m),
            paymentMethod = "card",
            paymentDetails = new { cardToken = await client.CardToken(number) },
            threeDSecure,
        });

    private async Task<JsonElement> Start(string number, string? behaviour = null)
    {
        var (status, payment, _) = await client.PayByCard(await client.CreateOrder(100m), number, behaviour: behaviour);
        Assert.Equal((HttpStatusCode.Created, "requires_action"), (status, payment.Text("status")));
        return payment;
    }

    private Task<JsonElement> Read(JsonElement payment) => client.GetJson($"/api/payments/{payment.Text("id")}");

    private Task<long> ChargesOf(string orderId) => gateway.Query<long>(
        "SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id WHERE p.order_id = @orderId", new { orderId });

    /// <summary>The browser's way by the protocol: the CReq to the bank, the password, and what the bank's last page posts.</summary>
    private static async Task<(string Cres, string Note, string Action)> AnswerByProtocol(JsonElement payment, string otp)
    {
        var challenge = payment.GetProperty("nextAction").GetProperty("challenge");
        using var browser = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["creq"] = challenge.Text("creq"),
            ["threeDSSessionData"] = challenge.Text("sessionData"),
            ["answer"] = "approve",
            ["otp"] = otp,
        });
        using var answer = await browser.PostAsync(new Uri(challenge.Text("acsUrl")), form);
        var html = await answer.Content.ReadAsStringAsync();
        return (Value("cres"), Value("threeDSSessionData"), WebUtility.HtmlDecode(Action().Match(html).Groups[1].Value));

        string Value(string name) => WebUtility.HtmlDecode(Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);
    }

    private async Task<(HttpStatusCode Status, Uri? Location)> ComeBack(string cres, string note)
    {
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["cres"] = cres, ["threeDSSessionData"] = note });
        using var answer = await browser.PostAsync(new Uri(gateway.Address, "/three-d-secure/return"), form);
        return (answer.StatusCode, answer.Headers.Location);
    }

    private static void AssertAuthentication(JsonElement said, string? transStatus, string? eci, bool shift, string flow) => Assert.Equal(
        (transStatus, eci, shift, flow),
        (Optional(said, "transStatus"), Optional(said, "eci"), said.GetProperty("liabilityShift").GetBoolean(), said.Text("flow")));

    private static string? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex("action=\"([^\"]*)\"")]
    private static partial Regex Action();
}
