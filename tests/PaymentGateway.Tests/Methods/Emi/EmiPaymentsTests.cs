using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Methods.Emi;

public sealed class EmiPaymentsTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private const string DebitCard = "4000056655665556";
    private const string IciciCard = "4242424242424242";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.TechGadgets;

    [Fact]
    public async Task The_merchant_of_the_guide_is_paid_in_full_and_told_the_instalments()
    {
        var orderId = await shop.CreateOrder(30000m);

        var (status, payment, _) = await shop.PayByEmi(orderId);

        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, payment.Text("status")));
        var details = payment.GetProperty("emiDetails");
        Assert.Equal(
            """{"tenure":6,"monthlyInstallment":5191.29,"interestRate":13,"totalAmount":31147.72,"processingFee":200,"gstOnFee":36}""",
            Part(details, "tenure", "monthlyInstallment", "interestRate", "totalAmount", "processingFee", "gstOnFee"));
        Assert.Equal("""{"noCost":false,"bank":"HDFC","discount":0}""", Part(details, "noCost", "bank", "discount"));
        Assert.Equal(30000m, details.GetProperty("schedule").EnumerateArray().Sum(line => line.GetProperty("principal").GetDecimal()));
        Assert.Equal("2026-12-01", details.GetProperty("schedule")[0].Text("dueDate"));
        Assert.Equal(0m, details.GetProperty("schedule")[5].GetProperty("balance").GetDecimal());
        Assert.Equal(("emi", "1111"), (payment.Text("paymentMethod"), payment.GetProperty("card").Text("last4")));
        Assert.Equal((1, 30000_00), await gateway.AtProcessor(orderId));
    }

    [Fact]
    public async Task Details_stay_as_agreed_and_stand_in_the_events()
    {
        var orderId = await shop.CreateOrder(30000m);
        var (_, payment, _) = await shop.PayByEmi(orderId, 3);

        var read = await shop.GetJson($"/api/payments/{payment.Text("id")}");
        Assert.Equal(payment.GetProperty("emiDetails").GetRawText(), read.GetProperty("emiDetails").GetRawText());

        var events = await shop.GetJson($"/api/payments/events?event=payment.success&subjectId={payment.Text("id")}");
        var told = events.GetProperty("data")[0].GetProperty("data").GetProperty("emiDetails");
        Assert.Equal((3, 10217.44m), (told.GetProperty("tenure").GetInt32(), told.GetProperty("monthlyInstallment").GetDecimal()));
    }

    [Fact]
    public async Task Plans_are_a_list_as_the_guide_reads_it()
    {
        var plans = (await shop.GetJson("/api/payments/emi/plans?amount=30000&currency=INR")).EnumerateArray().ToList();

        Assert.Equal([3, 6, 9, 12, 18, 24], plans.Select(plan => plan.GetProperty("tenure").GetInt32()));
        Assert.Equal(5191.29m, plans[1].GetProperty("monthlyInstallment").GetDecimal());
        Assert.False(plans[1].TryGetProperty("schedule", out _));
        var withSchedule = await shop.GetJson("/api/payments/emi/plans?amount=30000&currency=INR&schedule=true");
        Assert.Equal(6, withSchedule[1].GetProperty("schedule").GetArrayLength());
        Assert.Empty((await shop.GetJson("/api/payments/emi/plans?amount=2499.99&currency=INR")).EnumerateArray());
        Assert.Empty((await shop.GetJson("/api/payments/emi/plans?amount=30000&currency=JPY")).EnumerateArray());
    }

    [Fact]
    public async Task Plans_of_a_card_are_those_of_its_bank()
    {
        var plans = await shop.GetJson($"/api/payments/emi/plans?amount=30000&currency=INR&cardToken={await shop.CardToken()}");
        Assert.All(plans.EnumerateArray(), plan => Assert.Equal("HDFC", plan.Text("bank")));

        var (status, refused, _) = await shop.Call(
            HttpMethod.Get, $"/api/payments/emi/plans?amount=30000&currency=INR&cardToken={await shop.CardToken(DebitCard)}");
        Assert.Equal((HttpStatusCode.BadRequest, "EMI_NOT_AVAILABLE", "credit_card_required"), (status, refused.Code(), Reason(refused)));
    }

    [Theory]
    [InlineData("amount=x&currency=INR", "INVALID_AMOUNT")]
    [InlineData("amount=-5&currency=INR", "INVALID_AMOUNT")]
    [InlineData("amount=1.001&currency=INR", "INVALID_AMOUNT")]
    [InlineData("currency=INR", "INVALID_AMOUNT")]
    [InlineData("amount=100", "VALIDATION_FAILED")]
    [InlineData("amount=100&currency=inr", "UNSUPPORTED_CURRENCY")]
    [InlineData("amount=100&amount=200&currency=INR", "VALIDATION_FAILED")]
    [InlineData("amount=100&currency=INR&bank=", "VALIDATION_FAILED")]
    [InlineData("amount=100&currency=INR&schedule=yes", "VALIDATION_FAILED")]
    [InlineData("amount=100&currency=INR&tenure=3", "UNKNOWN_FIELD")]
    public async Task A_malformed_question_for_plans_is_refused(string query, string code)
    {
        var (status, body, _) = await shop.Call(HttpMethod.Get, $"/api/payments/emi/plans?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, body.Code()));
    }

    [Theory]
    [InlineData("credit_card_required", 30000, 6, DebitCard, null)]
    [InlineData("amount_below_minimum", 2499.99, 6, IciciCard, null)]
    [InlineData("unknown_tenure", 30000, 7, IciciCard, null)]
    [InlineData("bank_mismatch", 30000, 6, IciciCard, "HDFC")]
    public async Task What_cannot_be_paid_off_is_refused_before_anything_is_tried(string reason, decimal amount, int tenure, string number, string? bank)
    {
        var orderId = await shop.CreateOrder(amount);

        var (status, body, _) = await shop.PayByEmi(orderId, tenure, number, bank);

        Assert.Equal((HttpStatusCode.BadRequest, "EMI_NOT_AVAILABLE", reason), (status, body.Code(), Reason(body)));
        Assert.True(reason != "unknown_tenure" || body.GetProperty("error").GetProperty("details").GetProperty("allowed").GetArrayLength() == 6);
        Assert.Equal("created", (await shop.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal((0, 0), await gateway.AtProcessor(orderId));
    }

    [Theory]
    [InlineData("""{"cardToken":"tok_x"}""", "VALIDATION_FAILED")]
    [InlineData("""{"emiTenure":6}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":0}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":"6"}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":6.5}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":6,"cardType":"gold"}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":6,"cardType":"debit"}""", "EMI_NOT_AVAILABLE")]
    [InlineData("""{"cardToken":"tok_x","emiTenure":6,"vpa":"a@upi"}""", "VALIDATION_FAILED")]
    [InlineData("""{"cardToken":"tok_none","emiTenure":6}""", "INVALID_TOKEN")]
    public async Task A_malformed_attempt_is_refused(string details, string code)
    {
        var orderId = await shop.CreateOrder(30000m);

        var (status, body, _) = await shop.Post(
            "/api/payments", new { orderId, paymentMethod = "emi", paymentDetails = JsonDocument.Parse(details).RootElement });

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, body.Code()));
    }

    [Fact]
    public async Task Who_does_not_sell_by_emi_has_no_plans_and_no_such_payments()
    {
        var (_, plans, _) = await shared.FashionHub.Call(HttpMethod.Get, "/api/payments/emi/plans?amount=30000&currency=INR");
        var (_, payment, _) = await shared.FashionHub.PayByEmi(await shared.FashionHub.CreateOrder(30000m));

        Assert.Equal(("PAYMENT_METHOD_NOT_AVAILABLE", "PAYMENT_METHOD_NOT_AVAILABLE"), (plans.Code(), payment.Code()));
    }

    [Fact]
    public async Task Another_merchants_card_tells_nothing()
    {
        var theirs = await shared.FashionHub.CardToken(DebitCard);

        var plans = await shop.GetJson($"/api/payments/emi/plans?amount=30000&currency=INR&cardToken={theirs}");

        Assert.False(plans[0].TryGetProperty("bank", out _));
    }

    [Fact]
    public async Task A_held_payment_keeps_its_plan_until_it_is_captured()
    {
        var orderId = await shop.CreateOrder(30000m, new { captureMethod = "manual" });
        var (_, held, _) = await shop.PayByEmi(orderId);
        Assert.Equal("requires_capture", held.Text("status"));

        var (status, captured, _) = await shop.Post($"/api/payments/payment-intents/{held.Text("id")}/capture", new { });

        Assert.Equal((HttpStatusCode.OK, "succeeded"), (status, captured.Text("status")));
        Assert.Equal(held.GetProperty("emiDetails").GetRawText(), captured.GetProperty("emiDetails").GetRawText());
    }

    [Fact]
    public async Task A_chosen_plan_waits_in_an_intent_until_it_is_confirmed()
    {
        var (_, intent, _) = await shop.Post("/api/payments/payment-intents", new
        {
            amount = 30000,
            currency = "INR",
            paymentMethod = "emi",
            paymentDetails = new { cardToken = await shop.CardToken(), emiTenure = 12 },
        });

        var (_, payment, _) = await shop.Post($"/api/payments/payment-intents/{intent.Text("id")}/confirm", new { });

        Assert.Equal(("succeeded", 12), (payment.Text("status"), payment.GetProperty("emiDetails").GetProperty("tenure").GetInt32()));
    }

    private static string? Reason(JsonElement body) => body.GetProperty("error").GetProperty("details").Text("reason");

    private static string Part(JsonElement json, params string[] names) =>
        $"{{{string.Join(",", names.Select(name => $"\"{name}\":{json.GetProperty(name).GetRawText()}"))}}}";
}

/// <summary>Rate cards belong to one merchant; this one changes them.</summary>
public sealed class EmiRateCardsTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private const string Path = "/api/payments/emi/rate-cards";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.TechGadgets;

    [Fact]
    public async Task A_merchants_own_cards_make_its_plans_and_no_cost_is_borne_by_the_merchant()
    {
        Assert.True((await shop.GetJson(Path)).GetProperty("isDefault").GetBoolean());
        var (status, set, _) = await shop.Call(HttpMethod.Put, Path, new
        {
            cards = new object[]
            {
                new { bank = "HDFC", minimumAmount = 3000, terms = new[] { new { tenure = 9, interestRate = 16m, processingFee = 199, noCost = true } } },
                new { minimumAmount = 1000, terms = new[] { new { tenure = 4, interestRate = 12.5m } } },
            },
        });
        Assert.Equal((HttpStatusCode.OK, false), (status, set.GetProperty("isDefault").GetBoolean()));
        Assert.Equal(set.GetRawText(), (await shop.GetJson(Path)).GetRawText());
        Assert.True((await shared.GroceryQuick.GetJson(Path)).GetProperty("isDefault").GetBoolean());

        var payable = await gateway.Balance("MERCH_TG_002", "merchant_payable");
        var orderId = await shop.CreateOrder(62000m);
        var (_, payment, _) = await shop.PayByEmi(orderId, 9);

        var details = payment.GetProperty("emiDetails");
        Assert.Equal(
            (6888.89m, 58060.93m, 3939.07m, 709.05m, true),
            (details.GetProperty("monthlyInstallment").GetDecimal(), details.GetProperty("loanAmount").GetDecimal(),
                details.GetProperty("discount").GetDecimal(), details.GetProperty("gstOnInterest").GetDecimal(), details.GetProperty("noCost").GetBoolean()));
        Assert.Equal((1, 62000_00), await gateway.AtProcessor(orderId));
        Assert.Equal(-3939_07, await gateway.Balance("MERCH_TG_002", "emi_subvention_payable"));

        // 62000 less 2 % fee, 18 % tax on it, and the discount.
        Assert.Equal(-(62000_00 - 1240_00 - 223_20 - 3939_07), await gateway.Balance("MERCH_TG_002", "merchant_payable") - payable);
        Assert.Equal("unknown_tenure",
            (await shop.PayByEmi(await shop.CreateOrder(62000m), 4)).Body.GetProperty("error").GetProperty("details").Text("reason"));
        Assert.Equal(HttpStatusCode.Created, (await shop.PayByEmi(await shop.CreateOrder(1000m), 4, "4242424242424242")).Status);
    }

    [Fact]
    public async Task A_held_no_cost_payment_costs_the_merchant_nothing_when_it_is_voided()
    {
        await shared.FashionHub.Call(HttpMethod.Patch, "/api/payments/merchants/MERCH_FH_001", new { paymentMethods = new[] { "card", "emi" } });
        await shared.FashionHub.Call(HttpMethod.Put, Path, new
        {
            cards = new[] { new { minimumAmount = 1000, terms = new[] { new { tenure = 6, interestRate = 15, noCost = true } } } },
        });
        var (_, held, _) = await shared.FashionHub.PayByEmi(await shared.FashionHub.CreateOrder(30000m, new { captureMethod = "manual" }));

        await shared.FashionHub.Post($"/api/payments/payment-intents/{held.Text("id")}/cancel", new { });

        Assert.Equal(0, await gateway.Balance("MERCH_FH_001", "emi_subvention_payable"));
        Assert.Equal(1269.95m, held.GetProperty("emiDetails").GetProperty("discount").GetDecimal());
    }

    [Theory]
    [InlineData("""{}""", "cards")]
    [InlineData("""{"cards":[{"minimumAmount":1}]}""", "cards[0].terms")]
    [InlineData("""{"cards":[{"terms":[{"tenure":3,"interestRate":13}]}]}""", "cards[0].minimumAmount")]
    [InlineData("""{"cards":[{"minimumAmount":0,"terms":[{"tenure":3,"interestRate":13}]}]}""", "cards[0].minimumAmount")]
    [InlineData("""{"cards":[{"minimumAmount":1.001,"terms":[{"tenure":3,"interestRate":13}]}]}""", "cards[0].minimumAmount")]
    [InlineData("""{"cards":[{"minimumAmount":1,"currency":"XXL","terms":[{"tenure":3,"interestRate":13}]}]}""", "cards[0].currency")]
    [InlineData("""{"cards":[{"minimumAmount":1,"bank":"H D","terms":[{"tenure":3,"interestRate":13}]}]}""", "cards[0].bank")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":1,"interestRate":13}]}]}""", "cards[0].terms[0].tenure")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":61,"interestRate":13}]}]}""", "cards[0].terms[0].tenure")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":-1}]}]}""", "cards[0].terms[0].interestRate")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":60.0001}]}]}""", "cards[0].terms[0].interestRate")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":13.00001}]}]}""", "cards[0].terms[0].interestRate")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":13,"processingFee":-1}]}]}""", "cards[0].terms[0].processingFee")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":1},{"tenure":3,"interestRate":2}]}]}""", "cards[0].terms")]
    [InlineData("""{"cards":[{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":1}]},{"minimumAmount":1,"terms":[{"tenure":3,"interestRate":1}]}]}""", "cards")]
    public async Task Faulty_cards_are_refused_by_field(string cards, string field)
    {
        var (status, body, _) = await shop.Call(HttpMethod.Put, Path, JsonDocument.Parse(cards).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, body.Code()));
        Assert.Contains(field, body.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateObject().Select(one => one.Name));
    }
}
