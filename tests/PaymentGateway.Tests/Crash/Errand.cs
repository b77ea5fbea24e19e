using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Crash;

/// <summary>One customer from the order to what comes after the payment, in one of the ways that there are.</summary>
/// <param name="key">Ends the key of every call of this customer.</param>
/// <param name="closing">The shop closes: what has no answer by then is left.</param>
internal sealed class Errand(StubbornShop shop, HttpClient http, Random random, string key, string webhookUrl, CancellationToken closing)
{
    public const string Orders = "/api/payments/orders";

    private const string Good = "4111111111111111";
    private const string Declined = "4000000000000002";
    private const string Challenged = "4000002500003155";

    /// <summary>Of American accounts that take the money back two days later, pay, and have none.</summary>
    private static readonly string[] accounts = ["000333333335", "000123456789", "000333333335", "000123456789", "000222222227"];

    private static readonly TimeSpan betweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>In turn over all customers of the shop: in a short run too each kind comes, however the dice fall.</summary>
    public Task Run() => shop.Next("errands", 20) switch
    {
        0 or 10 => DebitBank(),
        1 or 11 => PayAndDispute(),
        2 or 12 => HoldAndCapture(),
        3 or 13 => PayInParts(),
        4 or 14 => SetUpAndCharge(),
        5 or 15 => PayElsewhere(),
        6 => PayInInstallments(),
        7 => PayLater(),
        8 => ScanCode(),
        9 => SpendBalance(),
        16 => SaveAndCharge(),
        17 => DisputeAPart(),
        _ => PayByCard(),
    };

    private async Task PayByCard()
    {
        var card = random.Next(10) switch { 0 => Declined, 1 => Challenged, _ => Good };
        if (await Order(100, 900_000) is { } orderId && await Token(card) is { } cardToken)
        {
            var paid = await Pay(orderId, "card", new { cardToken }, Sometimes("lost_answer", "slow", "duplicate_notification", "pending"));
            await AnswerAtBank(paid);
            await GiveBack(paid);
        }
    }

    /// <summary>At a bank's page, in a wallet or an app: the customer answers there.</summary>
    private async Task PayElsewhere()
    {
        if (await Order(100, 900_000) is { } orderId)
        {
            (string Method, object Details) way = random.Next(6) switch
            {
                0 => ("netbanking", new { bankCode = "HDFC" }),
                1 => ("wallet", new { wallet = "phonepe" }),
                2 => ("upi", new { flow = "intent" }),
                3 => ("upi", new { vpa = "somebody@okbank" }),
                4 => ("upi", new { vpa = "pending@pgtestupi" }),
                _ => ("upi", new { vpa = "success@pgtestupi" }),
            };
            var paid = await Pay(orderId, way.Method, way.Details, Sometimes("lost_answer", "late_notification", "duplicate_notification"));
            await AnswerAtBank(paid);
            await GiveBack(paid);
        }
    }

    /// <summary>Two captures, of which the second takes the rest.</summary>
    private async Task HoldAndCapture()
    {
        if (await Token(Good) is not { } cardToken)
        {
            return;
        }

        var amount = random.Next(20_000, 90_000);
        var held = await Ask("hold", "/api/payments/payment-intents", new
        {
            amount = amount / 100m,
            currency = "INR",
            captureMethod = "manual",
            confirm = true,
            paymentMethod = "card",
            paymentDetails = new { cardToken },
            webhookUrl,
        }, Sometimes("lost_answer"));
        if (held is not { } hold)
        {
            return;
        }

        var path = $"/api/payments/payment-intents/{hold.Text("id")}";
        if (random.Next(6) == 0)
        {
            await Ask("release", $"{path}/cancel", new { }, Sometimes("lost_answer"));
            return;
        }

        await Ask("part", $"{path}/capture", new { amountToCapture = amount / 200, finalCapture = false }, Sometimes("lost_answer"));
        await GiveBack(await Ask("rest", $"{path}/capture", new { }, Sometimes("error_500")));
    }

    /// <summary>A code for one payment: whoever scans it a second time is turned away by the processor.</summary>
    private async Task ScanCode()
    {
        var code = await Ask("code", "/api/payments/qr-codes", new { type = "dynamic", amount = random.Next(100, 900_000) / 100m, currency = "INR" });
        if (code is { } made)
        {
            await AskOnce($"/sandbox/qr-codes/{made.Text("id")}/scans", new { }, Sometimes("duplicate_notification"));
        }
    }

    private async Task PayLater()
    {
        if (await Order(100, 90_000, $"customer-{random.Next(200)}") is { } orderId)
        {
            await Pay(orderId, "bnpl", new { bnplPlanId = "bnpl_2installments", customerConsent = true }, Sometimes("lost_answer"));
        }
    }

    private async Task PayInInstallments()
    {
        if (await Order(1_000_000, 3_000_000) is { } orderId && await Token(Good) is { } cardToken)
        {
            await GiveBack(await Pay(orderId, "emi", new { cardToken, emiTenure = 6 }, Sometimes("lost_answer")));
        }
    }

    /// <summary>Two parts of which the first is held and the second is taken at once; now and then the second is not paid.</summary>
    private async Task PayInParts()
    {
        if (await Token(Good) is not { } cardToken)
        {
            return;
        }

        var vpa = random.Next(4) switch { 0 => "failure@pgtestupi", 1 => "pending@pgtestupi", _ => "success@pgtestupi" };
        var split = await Split(("card", new { cardToken }), ("upi", new { vpa }), Sometimes("lost_answer", "pending"));
        if (split is { } paid && paid.Text("status") == "succeeded" && random.Next(2) == 0)
        {
            var third = Math.Round(paid.GetProperty("amount").GetDecimal() / 3, 2);
            await Ask("spread", $"/api/payments/split/{paid.Text("id")}/refunds", new { amount = third }, Sometimes("lost_answer"));
        }
    }

    /// <summary>The first part is taken and disputed, the second never comes: the shop takes the whole back.</summary>
    private async Task DisputeAPart()
    {
        var split = await Split(("upi", new { vpa = "success@pgtestupi" }), ("wallet", new { wallet = "phonepe" }), behaviour: null);
        if (split is not { } waiting || waiting.Text("status") != "requires_action")
        {
            return;
        }

        var path = $"/api/payments/{waiting.GetProperty("payments")[0].Text("id")}";
        if (await shop.Ask(http, new(HttpMethod.Get, null, path, null, null), closing) is { } part)
        {
            await Dispute(part.GetProperty("charges")[0].Text("id"));
        }

        await Ask("unsplit", $"/api/payments/split/{waiting.Text("id")}/cancel", new { });
    }

    /// <summary>The bank opens a dispute, and the shop answers it.</summary>
    private async Task PayAndDispute()
    {
        if (await Order(100, 90_000) is not { } orderId || await Token(Good) is not { } cardToken
            || await Pay(orderId, "card", new { cardToken }, behaviour: null) is not { } paid || paid.Text("status") != "succeeded"
            || await Dispute(paid.GetProperty("charges")[0].Text("id")) is not { } disputeId)
        {
            return;
        }

        switch (shop.Next("disputes", 4))
        {
            case 0:
                await Ask("accept", $"/api/payments/disputes/{disputeId}/accept", new { }, Sometimes("lost_answer"));
                break;
            case 1:
                await AskOnce($"/api/payments/sandbox/disputes/{disputeId}/decide", new { outcome = random.Next(2) == 0 ? "won" : "lost" });
                break;
            default:
                var explanation = shop.Next("evidence", 2) == 0 ? "winning_evidence" : "losing_evidence";
                await Ask("evidence", $"/api/payments/disputes/{disputeId}/evidence", new { explanation, submit = true }, Sometimes("lost_answer", "error_500"));
                break;
        }

        await GiveBack(paid);
    }

    private async Task<string?> Dispute(string chargeId)
    {
        var kind = random.Next(5) == 0 ? "inquiry" : "dispute";
        var opened = await AskOnce("/api/payments/sandbox/disputes", new { chargeId, kind }, Sometimes("duplicate_notification", "late_notification"));
        return opened is { } dispute && dispute.TryGetProperty("disputeId", out var id) ? id.GetString() : null;
    }

    private async Task SaveAndCharge()
    {
        if (await Customer() is { } customerId && await Token(Good) is { } cardToken
            && await Ask("save", $"/api/payments/customers/{customerId}/payment-methods", new { cardToken }, Sometimes("lost_answer")) is { } saved)
        {
            await Charge(customerId, saved.Text("id"));
            if (random.Next(3) == 0)
            {
                await shop.Ask(http, new(HttpMethod.Delete, null, $"/api/payments/payment-methods/{saved.Text("id")}", null, null), closing);
            }
        }
    }

    /// <summary>A card that its bank is asked about, or an account with a mandate; both are charged when the customer is gone.</summary>
    private async Task SetUpAndCharge()
    {
        if (await Customer() is not { } customerId)
        {
            return;
        }

        if (random.Next(3) == 0)
        {
            if (await BankToken() is { } bankAccountToken)
            {
                var mandate = new { type = "ach_debit", amountMax = 900, acceptance = new { type = "offline" } };
                var made = await Ask("setup", "/api/payments/setup-intents",
                    new { customerId, paymentMethod = "bank_debit", paymentDetails = new { bankAccountToken }, mandate, confirm = true }, InTurn("lost_answer"));
                await Debit(made);
            }
        }
        else if (await Token(random.Next(3) == 0 ? Challenged : Good) is { } cardToken)
        {
            var made = await Ask("setup", "/api/payments/setup-intents",
                new { customerId, paymentMethod = "card", paymentDetails = new { cardToken }, usage = "off_session", confirm = true },
                Sometimes("lost_answer", "pending", "duplicate_notification"));
            await AnswerAtBank(made);
            if (made is { } setup && setup.TryGetProperty("paymentMethodId", out var method))
            {
                await Charge(customerId, method.GetString()!);
            }
        }
    }

    private async Task DebitBank()
    {
        if (await Customer() is { } customerId && await BankToken() is { } bankAccountToken)
        {
            var acceptance = new { type = "online", ipAddress = "203.0.113.7", userAgent = "Tests" };
            var made = await Ask("mandate", "/api/payments/mandates",
                new { customerId, type = "ach_debit", bankAccountToken, amountMax = 900, acceptance }, InTurn("lost_answer"));
            await Debit(made);
            if (made is { } mandate && random.Next(4) == 0)
            {
                await Ask("revoke", $"/api/payments/mandates/{mandate.Text("id")}/revoke", new { reason = "Moved" }, Sometimes("lost_answer"));
            }
        }
    }

    /// <summary>Days pass before it is known what comes of it.</summary>
    private async Task Debit(JsonElement? made)
    {
        if (made is { } mandate && mandate.TryGetProperty("mandateId", out var mandateId) && await Order(100, 90_000, currency: "USD") is { } orderId)
        {
            await Pay(orderId, "bank_debit", new { mandateId = mandateId.GetString() }, Sometimes("lost_answer"));
        }
    }

    /// <summary>Without the customer.</summary>
    private async Task Charge(string customerId, string paymentMethod)
    {
        var amount = random.Next(100, 90_000) / 100m;
        await GiveBack(await Ask("charge", "/api/payments/payment-intents",
            new { amount, currency = "INR", captureMethod = "automatic", confirm = true, customerId, paymentMethod, offSession = true, webhookUrl },
            Sometimes("lost_answer", "pending")));
    }

    /// <summary>Some of what was given is spent, some of that comes back, and now and then more is asked for than there is.</summary>
    private async Task SpendBalance()
    {
        if (await Customer() is not { } customerId)
        {
            return;
        }

        var path = $"/api/payments/customers/{customerId}/balance-transactions";
        await Ask("credit", path, new { type = "credit", amount = 500, currency = "INR", reason = "Gift card" });
        if (await Order(10_000, 60_000, customerId) is { } orderId)
        {
            await GiveBack(await Pay(orderId, "account", details: null, behaviour: null));
        }

        await Ask("debit", path, new { type = "debit", amount = random.Next(1, 500), currency = "INR", reason = "Expired" });
    }

    /// <summary>Some of what was paid, or all of it, in one or two refunds.</summary>
    private async Task GiveBack(JsonElement? paid)
    {
        if (paid is not { } payment || payment.Text("status") != "succeeded" || random.Next(2) == 0)
        {
            return;
        }

        var (paymentId, taken) = (payment.Text("id"), payment.GetProperty("amountCaptured").GetDecimal());
        object body = random.Next(2) == 0 ? new { paymentId } : new { paymentId, amount = Math.Round(taken / 3, 2) };
        await Ask("refund", "/api/payments/refunds", body, Sometimes("lost_answer", "pending", "duplicate_notification", "error_500"));
        await Ask("again", "/api/payments/refunds", new { paymentId, amount = Math.Round(taken / 2, 2) });
    }

    /// <summary>The customer's word at the bank's page or in the app, when one is asked for.</summary>
    private async Task AnswerAtBank(JsonElement? asked)
    {
        if (asked is not { } waiting || !waiting.TryGetProperty("nextAction", out var action)
            || (!action.TryGetProperty("testUrl", out var page) && !action.TryGetProperty("url", out page)) || random.Next(6) == 0)
        {
            return;
        }

        var answer = random.Next(5) == 0 ? "refuse" : "approve";
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await SandboxWorld.AnswerAtBank(page.GetString()!, answer);
                return;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                await Task.Delay(betweenTries, CancellationToken.None);
            }
        }
    }

    private Task<JsonElement?> Pay(string orderId, string paymentMethod, object? details, string? behaviour) => Ask(
        "pay", "/api/payments",
        details is null ? (object)new { orderId, paymentMethod } : new { orderId, paymentMethod, paymentDetails = details }, behaviour);

    private async Task<JsonElement?> Split((string Method, object Details) first, (string Method, object Details) second, string? behaviour)
    {
        var amount = random.Next(200, 90_000);
        if (await Order(amount, amount + 1) is not { } orderId)
        {
            return null;
        }

        object[] splits =
        [
            new { amount = amount / 2 / 100m, paymentMethod = first.Method, paymentDetails = first.Details },
            new { amount = (amount - amount / 2) / 100m, paymentMethod = second.Method, paymentDetails = second.Details },
        ];
        return await Ask("split", "/api/payments/split", new { orderId, splits }, behaviour);
    }

    private async Task<string?> Order(int from, int below, string? customerId = null, string currency = "INR") =>
        (await Ask("order", Orders, new { amount = random.Next(from, below) / 100m, currency, customerId, webhookUrl }))?.Text("orderId");

    private async Task<string?> Customer() => (await Ask("customer", "/api/payments/customers", new { name = "Asha Rao" }))?.Text("id");

    private async Task<string?> Token(string number) =>
        (await AskOnce("/api/payments/tokens", new { card = new { number, cvv = "123", expiry = "12/35", name = "Test User" } }))?.Text("cardToken");

    private async Task<string?> BankToken()
    {
        var account = new { routingNumber = "110000000", accountNumber = accounts[shop.Next("accounts", accounts.Length)] };
        return (await AskOnce("/api/payments/tokens", new { bankAccount = account }))?.Text("bankAccountToken");
    }

    /// <summary>A call that is repeated until it is answered, and after the shop has closed.</summary>
    /// <param name="name">Begins its key.</param>
    private Task<JsonElement?> Ask(string name, string path, object body, string? behaviour = null) =>
        shop.Ask(http, new(HttpMethod.Post, $"{name}-{key}", path, body, behaviour), closing);

    /// <summary>One that takes no key, or needs none.</summary>
    private Task<JsonElement?> AskOnce(string path, object body, string? behaviour = null) =>
        shop.Ask(http, new(HttpMethod.Post, null, path, body, behaviour), closing);

    /// <summary>Every fourth time that anybody asks, for what too few customers do to leave it to the dice.</summary>
    private string? InTurn(string behaviour) => shop.Next(behaviour, 4) == 0 ? behaviour : null;

    /// <summary>One time in four, one of these.</summary>
    private string? Sometimes(params ReadOnlySpan<string> behaviours) =>
        random.Next(4) == 0 ? behaviours[random.Next(behaviours.Length)] : null;
}
