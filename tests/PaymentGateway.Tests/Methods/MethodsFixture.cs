using System.Net;
using System.Text.Json;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Methods;

/// <summary>One server on a clock that stands, with the guides' shops of EMI and BNPL; when all tests are done, the book must hold.</summary>
public sealed class MethodsFixture : IAsyncLifetime
{
    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>Sells by EMI.</summary>
    public HttpClient TechGadgets { get; private set; } = null!;

    /// <summary>Sells by BNPL.</summary>
    public HttpClient GroceryQuick { get; private set; } = null!;

    /// <summary>Sells by neither.</summary>
    public HttpClient FashionHub { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        (FashionHub, TechGadgets, GroceryQuick) =
            (Gateway.ClientOf(Gateway.Shops[0]), Gateway.ClientOf(Gateway.Shops[1]), Gateway.ClientOf(Gateway.Shops[2]));
    }

    public async ValueTask DisposeAsync()
    {
        FashionHub.Dispose();
        TechGadgets.Dispose();
        GroceryQuick.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await Gateway.DisposeAsync();
        }
    }
}

internal static class MethodCalls
{
    /// <summary>As the EMI merchant of the integration guide calls it.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PayByEmi(
        this HttpClient client, string orderId, int emiTenure = 6, string number = "4111111111111111", string? emiBank = null) =>
        await client.Post("/api/payments", new
        {
            orderId,
            paymentMethod = "emi",
            paymentDetails = emiBank is null
                ? (object)new { cardToken = await client.CardToken(number), emiTenure, cardType = "credit" }
                : new { cardToken = await client.CardToken(number), emiTenure, cardType = "credit", emiBank },
        });

    /// <summary>As the BNPL merchant of the integration guide calls it.</summary>
    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PayLater(
        this HttpClient client, string orderId, string bnplPlanId = "bnpl_2installments", string? idempotencyKey = null, string? behaviour = null) =>
        client.Post("/api/payments", new { orderId, paymentMethod = "bnpl", paymentDetails = new { bnplPlanId, customerConsent = true } },
            idempotencyKey, behaviour);

    public static async Task<JsonElement> Eligibility(this HttpClient client, string customerId, decimal amount = 100m)
    {
        var (status, body, _) = await client.Post("/api/payments/bnpl/eligibility", new { customerId, amount, currency = "INR" });
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    public static async Task<decimal> CreditLeft(this HttpClient client, string customerId) =>
        (await client.Eligibility(customerId)).GetProperty("availableCredit").GetDecimal();

    /// <summary>The instalments of a payment, the first first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> InstallmentsOf(this HttpClient client, string paymentId) =>
        [.. (await client.GetJson($"/api/payments/bnpl/installments?paymentId={paymentId}")).GetProperty("data").EnumerateArray()
            .OrderBy(one => one.GetProperty("number").GetInt32())];

    /// <summary>The posted balance of an account in sandbox mode, in minor units; what is owed is negative.</summary>
    public static Task<long> Balance(this TestGateway gateway, string merchantId, string code) => gateway.Query<long>(
        """
        SELECT coalesce(sum(e.amount), 0)::bigint
        FROM ledger.entries e
        JOIN ledger.accounts a ON a.id = e.account_id
        WHERE a.merchant_id = @merchantId AND a.mode = 'test' AND a.code = @code AND e.layer = 'posted'
        """, new { merchantId, code });

    public static Task<int> RemindOnce(this TestGateway gateway) => gateway.Get<InstallmentMoves>().RunOnce(CancellationToken.None);
}
