using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Inbox;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;

namespace PaymentGateway.Hosting;

/// <summary>
/// <c>--demo-payment</c>: plays a shop and its customer from the outside, over HTTP alone, and shows every step: order, token, payment,
/// the signed webhook at a listener of its own, the ledger lines, the trial balance.
/// </summary>
internal sealed class DemoPayment(GatewayServer server, DemoFile demo, string processor, TextWriter output)
{
    private static readonly TimeSpan webhookMax = TimeSpan.FromSeconds(20);

    private readonly DemoMerchant shop = demo.Merchants[0];

    /// <returns>The exit code: 0 when everything fits.</returns>
    public async Task<int> Run(CancellationToken cancel)
    {
        await using var listener = await WebhookListener.Start(cancel);
        using var client = ClientOf(shop);
        var account = await Connect(client, cancel);
        var order = await Post(client, "/api/payments/orders", new
        {
            amount = 2716.67m,
            currency = account?.Currency ?? "INR",
            merchantOrderId = "demo-1",
            description = "Demo order",
            webhookUrl = listener.Address,
        }, HttpStatusCode.Created, cancel);
        var orderId = order.GetProperty("orderId").GetString()!;
        await Say($"1. {shop.Name} created order {orderId} over {order.GetProperty("amount")} {order.GetProperty("currency")}");

        var paymentId = account?.Wallet is { } wallet
            ? await PayAtPage(client, orderId, wallet, cancel)
            : await PayByCard(client, orderId, account, cancel);
        await ShowWebhook(await listener.WaitFor("payment.success", webhookMax, cancel));
        await ShowLedger(paymentId, cancel);
        if (account is not null)
        {
            await ShowMessages(cancel);
        }

        return await ShowBook(cancel);
    }

    private async Task<string> PayByCard(HttpClient client, string orderId, DemoAccount? account, CancellationToken cancel)
    {
        var token = account?.CardToken ?? await Tokenize(client, cancel);
        await Say($"2. The customer's card became token {token}");
        return IdOf(await Pay(
            client, new { orderId, paymentMethod = "card", paymentDetails = new { processor, cardToken = token } }, "succeeded", cancel));
    }

    /// <summary>The money is there when the processor writes so; what the customer's browser brings back proves nothing.</summary>
    private async Task<string> PayAtPage(HttpClient client, string orderId, string wallet, CancellationToken cancel)
    {
        var payment = await Pay(client, new { orderId, paymentMethod = "wallet", paymentDetails = new { wallet } }, "requires_action", cancel);
        var page = new Uri(payment.GetProperty("nextAction").GetProperty("url").GetString()!);
        await Say($"   The customer pays at {page}");
        await DemoProcessors.PayAtHdfc(page, cancel);
        return IdOf(payment);
    }

    private async Task<JsonElement> Pay(HttpClient client, object body, string expected, CancellationToken cancel)
    {
        var payment = await Post(client, "/api/payments", body, HttpStatusCode.Created, cancel);
        var status = payment.GetProperty("status").GetString();
        await Say($"3. Payment {IdOf(payment)} through {processor} is {status}");
        Require(status == expected, $"the payment is {status}, not {expected}");
        return payment;
    }

    private static string IdOf(JsonElement payment) => payment.GetProperty("paymentId").GetString()!;

    /// <summary>What a merchant does once: an account at the processor, made known here. The sandbox needs none.</summary>
    private async Task<DemoAccount?> Connect(HttpClient client, CancellationToken cancel)
    {
        if (processor == SandboxBank.ConnectorName)
        {
            return null;
        }

        var settings = server.Services.GetRequiredService<ConnectorSettings>();
        var account = await new DemoProcessors(settings).Open(
            processor, new Uri(server.Address, $"/api/payments/webhooks/{processor}").ToString(), cancel);
        using var put = await client.PutAsJsonAsync($"/api/payments/processors/{processor}/account", new { fields = account.Fields }, cancel);
        Require(put.IsSuccessStatusCode, $"the account at {processor} was refused: {await put.Content.ReadAsStringAsync(cancel)}");
        var test = await Post(client, $"/api/payments/processors/{processor}/account/test", new { }, HttpStatusCode.OK, cancel);
        await Say($"0. {shop.Name} connected {processor}: {test.GetProperty("message")}");
        return account;
    }

    private static async Task<string> Tokenize(HttpClient client, CancellationToken cancel) => (await Post(client, "/api/payments/tokens",
        new { card = new { number = "4111111111111111", cvv = "123", expiry = "12/25", name = "Test User" } }, HttpStatusCode.Created, cancel))
        .GetProperty("cardToken").GetString()!;

    private async Task ShowMessages(CancellationToken cancel)
    {
        var inbox = server.Services.GetRequiredService<InboxOperator>();
        var started = TimeProvider.System.GetTimestamp();
        IReadOnlyList<InboxEntry> came = [];
        while (came.Count == 0 && TimeProvider.System.GetElapsedTime(started) < webhookMax)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
            came = [.. (await inbox.List(null, 20, cancel)).Where(message => message.Connector == processor && message.State != "received")];
        }

        Require(came.Count > 0, $"{processor} did not write to us");
        await Say($"6. {processor} wrote, signed, and it was acted on:");
        foreach (var message in came)
        {
            await Say($"   {message.MessageId} about {message.Subject}: {message.State}");
        }
    }

    private async Task ShowWebhook(ReceivedWebhook webhook)
    {
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(shop.WebhookSecret), webhook.Body));
        Require(webhook.Signature == expected, "the webhook's signature does not fit its body");
        await Say("4. The shop was told, and the signature fits:");
        await Say($"   X-Webhook-Signature: {webhook.Signature}");
        await Say($"   {Encoding.UTF8.GetString(webhook.Body)}");
    }

    private async Task ShowLedger(string paymentId, CancellationToken cancel)
    {
        await Say("5. The book has:");
        var db = server.Services.GetRequiredService<Db>();
        await using var connection = await db.OpenSystem(cancel);
        var lines = (await connection.QueryAsync<(string Description, string Code, long Amount, string Currency)>(new CommandDefinition(
            """
            SELECT t.description, a.code, e.amount, e.currency
            FROM ledger.transactions t
            JOIN ledger.entries e ON e.transaction_id = t.id
            JOIN ledger.accounts a ON a.id = e.account_id
            WHERE t.subject_id = @paymentId
            ORDER BY t.id, e.line
            """, new { paymentId }, cancellationToken: cancel))).AsList();
        Require(lines.Count > 0, "the payment is not in the book");
        foreach (var (description, code, amount, currencyCode) in lines)
        {
            _ = Currency.TryParse(currencyCode, out var currency);
            var money = Money.FromMinor(Math.Abs(amount), currency!);
            await Say($"   {description}: {(amount > 0 ? "debit " : "credit")} {code,-28} {money,18}");
        }
    }

    private async Task<int> ShowBook(CancellationToken cancel)
    {
        var report = await server.Services.GetRequiredService<BookVerifier>().Verify(cancel);
        await output.WriteLineAsync();
        await VerifyCommand.Print(report, output);
        await output.WriteLineAsync(report.Holds ? "\nThe demo payment is complete." : "\nThe book does not hold.");
        return report.Holds ? 0 : 1;
    }

    private HttpClient ClientOf(DemoMerchant merchant)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{merchant.ApiKey}:{merchant.ApiSecret}")));
        return client;
    }

    private static async Task<JsonElement> Post(HttpClient client, string path, object body, HttpStatusCode expected, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Id.New("demo", TimeProvider.System));
        using var response = await client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        Require(response.StatusCode == expected, $"POST {path} answered {(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new StartupException($"The demo payment failed: {otherwise}.");
        }
    }

    private Task Say(string line) => output.WriteLineAsync(line);
}
